using Domain.Questions;
using static Domain.Catalogue.Horizons;

namespace Domain.Catalogue;

/// <summary>Questions asked only in the case that another one comes out so; void where it did not.</summary>
internal static class ConditionalQuestions
{
    /// <summary>The questions, horizon by horizon.</summary>
    public static IEnumerable<CatalogueQuestion> All { get; } =
    [
        .. new CatalogueQuestion
        {
            Slug = "",
            Group = "rajin-khasan-if-relief",
            Title = "Given sanctions relief, Rajin-Khasan resumes",
            Criteria = "As for the unconditional question, in the case that the United States ends its sectoral sanctions.",
            Type = QuestionType.Binary,
            Tags = ["korea", "sanctions"],
            Locator = "paragraphs 5 and 7",
            StatusQuo = "no",
            Condition = new QuestionCondition("us-sanctions-relief-2021", "yes"),
            Outcome = null!,
        }.At(Still(2021, "annulled", "The condition failed: there was no relief.")),
        .. new CatalogueQuestion
        {
            Slug = "",
            Group = "far-east-finance-if-relief",
            Title = "Given sanctions relief, Chinese state banks lend again in the Russian Far East",
            Criteria =
                "Yes if, by the horizon, a Chinese state bank has publicly resumed new project lending in the Russian Far East, in the case that the "
                + "United States ends its sectoral sanctions.",
            Type = QuestionType.Binary,
            Tags = ["china", "sanctions"],
            Locator = "paragraph 5",
            StatusQuo = "no",
            Condition = new QuestionCondition("us-sanctions-relief-2021", "yes"),
            Outcome = null!,
        }.At(Still(2021, "annulled", "The condition failed: there was no relief.")),
        .. new CatalogueQuestion
        {
            Slug = "",
            Group = "kremlin-if-collapse",
            Title = "Given a collapse in Pyongyang, Russia intervenes",
            Criteria =
                "Yes if, by the horizon, Russia has intervened politically or militarily, in the case that the North Korean government loses control "
                + "of Pyongyang.",
            Type = QuestionType.Binary,
            Tags = ["north-korea"],
            Locator = "paragraph 7",
            StatusQuo = "no",
            Condition = new QuestionCondition("north-korea-collapse-2021", "yes"),
            Stated = CatalogueReading.Read("not likely to sit by"),
            Outcome = null!,
        }.At(Still(2021, "annulled", "The condition failed: there was no collapse.")),
        .. new CatalogueQuestion
        {
            Slug = "",
            Group = "korea-russia-follows",
            Title = "Given a new arrangement on Syria, the presidents of South Korea and Russia meet",
            Criteria =
                "Yes if, by the horizon, the presidents of South Korea and Russia have met for a bilateral summit, in the case that the United States "
                + "and Russia conclude a new arrangement on Syria.",
            Type = QuestionType.Binary,
            Tags = ["korea", "us-russia"],
            Locator = "paragraph 7",
            StatusQuo = "no",
            Condition = new QuestionCondition("partial-cooperation-middle-east-2017", "yes"),
            Stated = CatalogueReading.Read("tend to"),
            Outcome = null!,
        }.At(
            Since(
                2018,
                "yes",
                Known(2017, 9, 6),
                "They met in Vladivostok, and again in Moscow.",
                "Kremlin transcript, 2017-09-06",
                "Joint statement, 2018-06-22"
            )
        ),
    ];
}
