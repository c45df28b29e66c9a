namespace Domain.Catalogue;

/// <summary>The three horizons at which the catalogue asks, and the opening that they share.</summary>
internal static class Horizons
{
    /// <summary>The date of the document.</summary>
    public static readonly DateTimeOffset Opening = new(2017, 2, 8, 0, 0, 0, TimeSpan.Zero);

    private static readonly Dictionary<int, DateTimeOffset> Closes = new()
    {
        [2017] = new(2017, 12, 31, 23, 59, 59, TimeSpan.Zero),
        [2018] = new(2018, 12, 31, 23, 59, 59, TimeSpan.Zero),
        // The end of the presidential term that the document is about.
        [2021] = new(2021, 1, 20, 17, 0, 0, TimeSpan.Zero),
    };

    /// <summary>The close of the questions at a horizon.</summary>
    public static DateTimeOffset Close(int horizon) => Closes[horizon];

    /// <summary>The last second of a UTC day: by then what happened on it had happened and was known, so nothing looks ahead.</summary>
    public static DateTimeOffset Known(int year, int month, int day) => new(year, month, day, 23, 59, 59, TimeSpan.Zero);

    /// <summary>One question at each of the horizons; each has a slug, a close and an outcome of its own.</summary>
    public static IEnumerable<CatalogueQuestion> At(this CatalogueQuestion question, params (int Horizon, CatalogueOutcome Outcome)[] horizons) =>
        horizons.Select(h => question with { Slug = $"{question.Group}-{h.Horizon}", OpensAt = Opening, ClosesAt = Close(h.Horizon), Outcome = h.Outcome });

    /// <summary>What nothing changed until the horizon: known at the close.</summary>
    public static (int, CatalogueOutcome) Still(int horizon, string outcome, string reason, params string[] evidence) =>
        (horizon, new CatalogueOutcome(outcome, Close(horizon), reason, evidence));

    /// <summary>An outcome that came about before the horizon, known at the instant given.</summary>
    public static (int, CatalogueOutcome) Since(int horizon, string outcome, DateTimeOffset knownAt, string reason, params string[] evidence) =>
        (horizon, new CatalogueOutcome(outcome, knownAt, reason, evidence));
}
