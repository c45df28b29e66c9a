namespace Domain.Catalogue;

/// <summary>
/// The questions that a brief of February 2017 on the relations of the United States and Russia raises, with what then happened. The document
/// is paraphrased and cited by series number and paragraph.
/// </summary>
public static class BriefCatalogue
{
    /// <summary>The forecaster as whom the document's likelihoods are recorded.</summary>
    public const string Document = "kinu-co-17-04";

    /// <summary>The document from which the questions were drawn.</summary>
    public const string DocumentTitle = "KINU Online Series CO 17-04 (8 February 2017)";

    /// <summary>All questions at all horizons.</summary>
    public static IReadOnlyList<CatalogueQuestion> Questions { get; } =
    [.. NatoQuestions.All, .. SanctionsQuestions.All, .. EastAsiaQuestions.All, .. BilateralQuestions.All, .. ConditionalQuestions.All];

    /// <summary>The dated events that bear on them.</summary>
    public static IReadOnlyList<CatalogueEvidence> Evidence => DatedEvidence.All;
}
