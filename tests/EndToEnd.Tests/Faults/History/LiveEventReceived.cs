namespace EndToEnd.Tests.Faults.History;

/// <summary>An event that a reader of <c>/live</c> got.</summary>
/// <param name="Reader">The reader: it goes on after the last id that it got whenever it is cut off.</param>
/// <param name="Connection">Which of the reader's connections, counted from 1.</param>
/// <param name="Order">Its place among everything that the reader got; rising.</param>
/// <param name="At">When it came.</param>
/// <param name="Id">The id of the event: its sequence.</param>
/// <param name="Type">The name of the event.</param>
/// <param name="Data">The data, as JSON.</param>
internal sealed record LiveEventReceived(int Reader, int Connection, long Order, DateTimeOffset At, long Id, string Type, string Data);
