namespace EndToEnd.Tests.Faults.Running;

/// <summary>A fault, as the schedule has it.</summary>
/// <param name="Number">Its place in the schedule, from 1.</param>
/// <param name="Kind">What breaks.</param>
/// <param name="Choice">Any number from 0 on: which of several processes or connections it hits, and which way where there are two.</param>
/// <param name="Quiet">How long the service is left alone before it.</param>
/// <param name="Lasts">How long its cause stays, where it does.</param>
internal sealed record Fault(int Number, FaultKind Kind, int Choice, TimeSpan Quiet, TimeSpan Lasts);
