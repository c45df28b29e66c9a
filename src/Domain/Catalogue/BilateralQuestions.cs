using Domain.Questions;
using static Domain.Catalogue.Horizons;

namespace Domain.Catalogue;

/// <summary>Confrontation and cooperation of the United States and Russia.</summary>
internal static class BilateralQuestions
{
    /// <summary>The questions, horizon by horizon.</summary>
    public static IEnumerable<CatalogueQuestion> All { get; } =
    [
        // The document says that confrontation will continue; that speaks for no one of a treaty's three states, so no forecast is read into it.
        .. new CatalogueQuestion
        {
            Slug = "",
            Group = "security-confrontation-inf",
            Title = "The state of the INF Treaty",
            Criteria = "The state of the Intermediate-Range Nuclear Forces Treaty at the horizon.",
            Type = QuestionType.MultipleChoice,
            Options = ["in force", "suspended", "ended"],
            Tags = ["arms-control", "us-russia"],
            Locator = "paragraph 3",
            StatusQuo = "in force",
            Outcome = null!,
        }.At(
            Still(2018, "in force", "In force; withdrawal had been announced.", "White House, 2018-10-20"),
            Since(2021, "ended", Known(2019, 8, 2), "The treaty ended.", "US Department of State, 2019-08-02")
        ),
        .. new CatalogueQuestion
        {
            Slug = "",
            Group = "partial-cooperation-middle-east",
            Title = "The United States and Russia conclude a new arrangement on Syria",
            Criteria = "Yes if, by the horizon, the United States and Russia have concluded a new written arrangement on Syria.",
            Type = QuestionType.Binary,
            Tags = ["middle-east", "us-russia"],
            Locator = "paragraphs 2 and 3",
            StatusQuo = "no",
            Stated = CatalogueReading.Read("could"),
            Outcome = null!,
        }.At(Since(2017, "yes", Known(2017, 7, 7), "A ceasefire in the south-west was agreed, with Jordan.", "US Department of State, 2017-07-07")),
        .. new CatalogueQuestion
        {
            Slug = "",
            Group = "moscow-friendly-appointees",
            Title = "Both appointees close to Moscow still hold office",
            Criteria = "Yes if, at the horizon, the Secretary of State and the National Security Advisor whom the document names both hold office.",
            Type = QuestionType.Binary,
            Tags = ["us-russia"],
            Locator = "paragraph 2",
            StatusQuo = "yes",
            Outcome = null!,
        }.At(Since(2017, "no", Known(2017, 2, 13), "The National Security Advisor resigned.", "White House statement, 2017-02-13")),
    ];
}
