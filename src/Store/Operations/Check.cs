namespace Store.Operations;

/// <summary>The result of a check.</summary>
public enum CheckState
{
    /// <summary>Nothing is to be done.</summary>
    Sound,

    /// <summary>It works, and somebody should look at it.</summary>
    Doubtful,

    /// <summary>It does not work.</summary>
    Broken,
}

/// <summary>One thing that was checked.</summary>
/// <param name="Name">The name of what was checked.</param>
/// <param name="State">What that means.</param>
/// <param name="Found">What was found, in a sentence.</param>
/// <param name="ToDo">What to do about it; null for what is sound.</param>
public sealed record Check(string Name, CheckState State, string Found, string? ToDo = null)
{
    /// <summary>Nothing is to be done.</summary>
    public static Check Sound(string name, string found) => new(name, CheckState.Sound, found);

    /// <summary>It works, and somebody should look at it.</summary>
    public static Check Doubtful(string name, string found, string toDo) => new(name, CheckState.Doubtful, found, toDo);

    /// <summary>It does not work.</summary>
    public static Check Broken(string name, string found, string toDo) => new(name, CheckState.Broken, found, toDo);
}
