namespace Domain.Catalogue;

/// <summary>
/// The questions that a brief of February 2017 on the relations of the United States and Russia raises, with what then happened. The document
/// is paraphrased and cited by series number and paragraph.
/// </summary>
public static class BriefCatalogue
{
    /// <summary>The forecaster as whom the document's likelihoods are recorded.</summary>
    public const string Document = "kinu-co-17-04";

    public const string DocumentTitle = "KINU Online Series CO 17-04 (8 February 2017)";

    public static IReadOnlyList<CatalogueQuestion> Questions { get; } =
    [.. NatoQuestions.All, .. SanctionsQuestions.All, .. EastAsiaQuestions.All, .. BilateralQuestions.All, .. ConditionalQuestions.All];

    public static IReadOnlyList<CatalogueEvidence> Evidence => DatedEvidence.All;
}
