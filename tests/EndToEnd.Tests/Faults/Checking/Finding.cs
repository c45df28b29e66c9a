namespace EndToEnd.Tests.Faults.Checking;

/// <summary>Something that is not as the clients were told.</summary>
/// <param name="Rule">The rule that found it.</param>
/// <param name="Text">What is wrong, in a sentence.</param>
/// <param name="Operation">The operation that it is about; null where it is about none.</param>
/// <param name="Event">The sequence of the event that it is about; null where it is about none.</param>
internal sealed record Finding(string Rule, string Text, long? Operation = null, long? Event = null)
{
    public override string ToString() => $"{Rule}: {Text}{(Operation is { } o ? $" [operation {o}]" : "")}{(Event is { } e ? $" [event {e}]" : "")}";
}
