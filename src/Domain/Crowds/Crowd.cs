using Domain.Forecasts.Timelines;
using Domain.People;

namespace Domain.Crowds;

/// <summary>Who makes up the crowd.</summary>
public static class Crowd
{
    /// <summary>Whether forecasts of this kind make up the crowd: those of persons and bots do. Documents, references and consensus do not.</summary>
    public static bool Counts(ForecasterKind kind) => kind is ForecasterKind.Person or ForecasterKind.Bot;

    /// <summary>Whether the crowd sees what stands. What stands as a seal is part of no crowd, whatever it holds and whenever it is revealed.</summary>
    internal static bool Sees(in StandingInterval interval) => interval.Seal == SealState.Open;
}
