namespace Domain.Ledger.Leaves;

/// <summary>An event as the store recorded it: what a leaf is made of.</summary>
/// <param name="Id">The id of the event.</param>
/// <param name="Stream">The key of its stream.</param>
/// <param name="Version">Its place in the stream, from 1.</param>
/// <param name="Type">The name of its type.</param>
/// <param name="RecordedAt">When the store recorded it; what is beyond microseconds is cut off.</param>
/// <param name="Actor">Who brought it about; null where nobody did.</param>
/// <param name="Data">The stored JSON of its data, as it lies in the store.</param>
public sealed record RecordedEvent(Guid Id, string Stream, long Version, string Type, DateTimeOffset RecordedAt, string? Actor, ReadOnlyMemory<byte> Data);
