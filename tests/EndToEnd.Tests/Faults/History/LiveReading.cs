namespace EndToEnd.Tests.Faults.History;

/// <summary>What one reader of <c>/live</c>, without a filter, was to get: every announced event after <paramref name="From"/>.</summary>
/// <param name="Reader">The reader.</param>
/// <param name="From">The id that the first connection began with.</param>
/// <param name="Through">The last id that the reader was told of, by an event or by a heartbeat.</param>
internal sealed record LiveReading(int Reader, long From, long Through);
