using Domain.Questions;
using static Domain.Catalogue.Horizons;

namespace Domain.Catalogue;

/// <summary>Sanctions of the United States and of the European Union on Russia.</summary>
internal static class SanctionsQuestions
{
    /// <summary>The questions, horizon by horizon.</summary>
    public static IEnumerable<CatalogueQuestion> All { get; } =
    [
        .. new CatalogueQuestion
        {
            Slug = "",
            Group = "us-sanctions-relief",
            Title = "The United States ends its Ukraine-related sectoral sanctions",
            Criteria = "Yes if, by the horizon, the United States has ended the sectoral sanctions of Directives 1 to 4 under Executive Order 13662.",
            Type = QuestionType.Binary,
            Tags = ["sanctions", "us-russia"],
            Locator = "paragraphs 2 and 5",
            StatusQuo = "no",
            Outcome = null!,
        }.At(
            Still(2017, "no", "No relief; a statute of 2017-08-02 wrote the sanctions into law.", "Public Law 115-44, 2017-08-02"),
            Still(2018, "no", "No relief; a statute of 2017-08-02 wrote the sanctions into law.", "Public Law 115-44, 2017-08-02"),
            Still(2021, "no", "No relief; a statute of 2017-08-02 wrote the sanctions into law.", "Public Law 115-44, 2017-08-02")
        ),
        .. new CatalogueQuestion
        {
            Slug = "",
            Group = "us-sanctions-direction",
            Title = "Where United States sanctions on Russia stand against February 2017",
            Criteria = "The state of United States sanctions on Russia at the horizon, compared with 2017-02-08.",
            Type = QuestionType.Ordered,
            Options = ["lifted", "eased", "unchanged", "tightened"],
            Tags = ["sanctions", "us-russia"],
            Locator = "paragraphs 2 and 5",
            StatusQuo = "unchanged",
            Outcome = null!,
        }.At(
            Still(2017, "tightened", "Tightened by statute.", "Public Law 115-44, 2017-08-02"),
            Still(
                2021,
                "tightened",
                "Tightened on balance; the delisting of three companies in 2019 points the other way.",
                "Public Law 115-44, 2017-08-02",
                "OFAC delisting, 2019-01-27"
            )
        ),
        .. new CatalogueQuestion
        {
            Slug = "",
            Group = "eu-sanctions-renewals",
            Title = "How often the European Union prolongs its sectoral sanctions on Russia",
            Criteria =
                "The number of times that the Council of the European Union prolongs its sectoral economic sanctions on Russia between opening and horizon.",
            Type = QuestionType.Numeric,
            Range = new QuestionRange(0, 20, OpenLower: false, OpenUpper: true),
            Unit = "renewals",
            Tags = ["sanctions", "european-union"],
            Locator = "paragraphs 2 and 5",
            Outcome = null!,
        }.At(Still(2021, "8", "Prolonged twice a year from 2017 to 2020.", "Council of the EU press releases, 2017-06-28 to 2020-12-17")),
    ];
}
