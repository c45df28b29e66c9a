namespace EndToEnd.Tests.Faults.Checking.ListAppend;

/// <summary>How a transaction ended, as its client knows it.</summary>
internal enum Ending
{
    Done,
    NotDone,
    Unknown,
}

/// <summary>One thing that a transaction does with a list.</summary>
internal abstract record Step(string Key)
{
    /// <summary>Appends a value that no other step appends to the list.</summary>
    internal sealed record Append(string Key, string Value) : Step(Key);

    /// <summary>Reads the whole list.</summary>
    internal sealed record Read(string Key, IReadOnlyList<string> Values) : Step(Key);
}

/// <summary>What a client asked to be done as one.</summary>
/// <param name="Id">Unique in the history.</param>
/// <param name="Process">Who asked; one process asks one thing after the other.</param>
/// <param name="Asked">When it was asked. Only the order of the numbers counts.</param>
/// <param name="Answered">When the answer was there; <see cref="Never"/> where none came.</param>
/// <param name="Ending">How it ended.</param>
/// <param name="Steps">What it did, in order. Of a transaction that is not known to be done the reads are left out.</param>
internal sealed record Transaction(long Id, int Process, long Asked, long Answered, Ending Ending, IReadOnlyList<Step> Steps)
{
    public const long Never = long.MaxValue;
}
