namespace Domain;

/// <summary>Why a command was refused.</summary>
public enum RefusalKind
{
    /// <summary>The command itself is wrong: a field is missing, malformed or out of range.</summary>
    Invalid,

    /// <summary>The command is right, and this person may not give it.</summary>
    Forbidden,

    /// <summary>The command is right, and the present state does not allow it.</summary>
    Conflict,
}

/// <summary>A refused command: nothing happened, and <see cref="Detail"/> says what to change.</summary>
/// <param name="Kind">The kind of refusal.</param>
/// <param name="Detail">A sentence for the person who gave the command.</param>
/// <param name="Field">The field at fault, in the API's spelling, where there is one.</param>
public sealed record Refusal(RefusalKind Kind, string Detail, string? Field = null);

/// <summary>What a decider answers: the events to append, or a refusal.</summary>
public sealed record Decision
{
    private Decision(IReadOnlyList<object> events, IReadOnlyList<Refusal> refusals) => (Events, Refusals) = (events, refusals);

    /// <summary>The events that the command brings about; empty for a refused command.</summary>
    public IReadOnlyList<object> Events { get; }

    /// <summary>Everything that stands in the command's way; empty for an accepted one.</summary>
    public IReadOnlyList<Refusal> Refusals { get; }

    /// <summary>Whether the command was refused.</summary>
    public bool IsRefused => Refusals.Count > 0;

    /// <summary>An accepted command with the events that it brings about; none where it changes nothing.</summary>
    public static Decision Of(params object[] events) => new(events, []);

    /// <summary>A command that was refused for one or more reasons.</summary>
    public static Decision Refused(IEnumerable<Refusal> refusals) => new([], [.. refusals]);

    /// <summary>A command that is wrong in one field, named in the API's spelling.</summary>
    public static Decision Invalid(string field, string detail) => new([], [new Refusal(RefusalKind.Invalid, detail, field)]);

    /// <summary>A command that is right, and that this person may not give.</summary>
    public static Decision Forbidden(string detail) => new([], [new Refusal(RefusalKind.Forbidden, detail)]);

    /// <summary>A command that is right, and that the present state does not allow.</summary>
    public static Decision Conflict(string detail) => new([], [new Refusal(RefusalKind.Conflict, detail)]);
}
