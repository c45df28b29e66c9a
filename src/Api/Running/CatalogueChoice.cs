using EmbeddedPostgres;

namespace Api.Running;

/// <summary>Which of the built-in catalogues a start loads (<c>Catalogue:Load</c>).</summary>
/// <param name="Brief">The questions of a brief of February 2017, with what a document and references say.</param>
/// <param name="Crowd">The first week of the Good Judgment Project, in September 2011: eighteen questions and the forecasts of 547 people.</param>
public readonly record struct CatalogueChoice(bool Brief, bool Crowd)
{
    private const string Setting = "Catalogue:Load";

    /// <summary>The choice that is set; the brief where nothing is.</summary>
    /// <exception cref="StartException">It is none of the words.</exception>
    public static CatalogueChoice Of(IConfiguration configuration) =>
        configuration[Setting]?.ToLowerInvariant() switch
        {
            null or "" or "brief" or "true" => new CatalogueChoice(true, false),
            "crowd" => new CatalogueChoice(false, true),
            "both" => new CatalogueChoice(true, true),
            "none" or "false" => new CatalogueChoice(false, false),
            var other => throw new StartException($"{Setting} is '{other}'; it takes brief, crowd, both or none."),
        };
}
