using System.Diagnostics.CodeAnalysis;

namespace Domain.Statistics;

/// <summary>A number, or a group of numbers, that the data may or may not support: never a number without support.</summary>
/// <typeparam name="T">What is computed.</typeparam>
/// <param name="Status">Whether <see cref="Value"/> stands.</param>
/// <param name="Reason">In a sentence, what the data lack; null when the value stands.</param>
/// <param name="Value">Null unless the status is <see cref="StatisticStatus.Computed"/>.</param>
public sealed record Statistic<T>(StatisticStatus Status, string? Reason, T? Value)
    where T : class
{
    /// <summary>Whether <see cref="Value"/> stands.</summary>
    [MemberNotNullWhen(true, nameof(Value))]
    [MemberNotNullWhen(false, nameof(Reason))]
    public bool IsComputed => Status == StatisticStatus.Computed;

    /// <summary>What was computed; throws where nothing was.</summary>
    public T Required => Value ?? throw new InvalidOperationException($"Not computed: {Reason}");
}

/// <summary>Makes <see cref="Statistic{T}"/>s.</summary>
public static class Statistic
{
    /// <summary>A value that the data support.</summary>
    public static Statistic<T> Of<T>(T value)
        where T : class => new(StatisticStatus.Computed, null, value);

    /// <summary>No value, for <paramref name="reason"/>.</summary>
    public static Statistic<T> Missing<T>(StatisticStatus status, string reason)
        where T : class => new(status, reason, null);
}
