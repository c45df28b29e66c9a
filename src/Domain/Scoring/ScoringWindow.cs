using Domain.Questions;

namespace Domain.Scoring;

/// <summary>
/// The window in which forecasts on a question count, in UTC ticks: ⟨Start, End), from the opening to the earlier of the close and the instant
/// from which the outcome was known.
/// </summary>
internal sealed class ScoringWindow
{
    /// <summary>The window of a question.</summary>
    public ScoringWindow(ResolvedQuestion question)
    {
        (Start, Close) = (question.OpensAt.UtcTicks, question.ClosesAt.UtcTicks);
        End = Math.Max(Start, Math.Min(Close, question.KnownAt.UtcTicks));
        Spot = Math.Min(question.SpotAt?.UtcTicks ?? Start + ((Close - Start) / 2), End);
        FirstDay = (Start + TimeSpan.TicksPerDay - 1) / TimeSpan.TicksPerDay;
        Days = (int)Math.Max(0, (End / TimeSpan.TicksPerDay) - FirstDay);
    }

    /// <summary>The opening, which is in the window.</summary>
    public long Start { get; }

    /// <summary>The earlier of the close and the instant from which the outcome was known, which is not in the window.</summary>
    public long End { get; }

    /// <summary>The scheduled close, which may lie after <see cref="End"/>.</summary>
    public long Close { get; }

    /// <summary>The length of the scheduled lifetime ⟨Start, Close).</summary>
    public double Lifetime => Close - Start;

    /// <summary>The instant of the spot scores.</summary>
    public long Spot { get; }

    /// <summary>How many whole UTC days lie in the window.</summary>
    public int Days { get; }

    private long FirstDay { get; }

    /// <summary>How many of the window's whole days end at or before an instant.</summary>
    public int DaysUpto(long instant) => (int)Math.Clamp((instant / TimeSpan.TicksPerDay) - FirstDay, 0, Days);

    /// <summary>The instant at which the day at an index of the window's whole days ends.</summary>
    public long EndOfDay(int day) => (FirstDay + day + 1) * TimeSpan.TicksPerDay;
}
