namespace Store.Operations;

public enum CheckState
{
    Sound,

    /// <summary>It works, and somebody should look at it.</summary>
    Doubtful,

    Broken,
}

/// <summary>One thing that was looked at.</summary>
/// <param name="Name">What was looked at.</param>
/// <param name="Found">What was found, in a sentence.</param>
/// <param name="ToDo">What to do about it; null for what is sound.</param>
public sealed record Check(string Name, CheckState State, string Found, string? ToDo = null)
{
    public static Check Sound(string name, string found) => new(name, CheckState.Sound, found);

    public static Check Doubtful(string name, string found, string toDo) => new(name, CheckState.Doubtful, found, toDo);

    public static Check Broken(string name, string found, string toDo) => new(name, CheckState.Broken, found, toDo);
}
