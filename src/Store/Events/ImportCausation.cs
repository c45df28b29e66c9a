namespace Store.Events;

/// <summary>The causation of events that an import records. It distinguishes them from other events.</summary>
public static class ImportCausation
{
    internal const string Prefix = "import/";

    /// <summary>The causation of an import's events.</summary>
    /// <param name="import">The import's id.</param>
    public static string Of(string import) => Prefix + import;

    /// <summary>Whether an import recorded an event. An import handles the consequences of its events itself.</summary>
    /// <param name="causation">The event's causation.</param>
    public static bool IsOne(string? causation) => causation is not null && causation.StartsWith(Prefix, StringComparison.Ordinal);
}
