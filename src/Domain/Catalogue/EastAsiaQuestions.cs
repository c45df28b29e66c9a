using Domain.Questions;
using static Domain.Catalogue.Horizons;

namespace Domain.Catalogue;

/// <summary>What Russia does between the United States, China and the two Koreas.</summary>
internal static class EastAsiaQuestions
{
    /// <summary>The questions, horizon by horizon.</summary>
    public static IEnumerable<CatalogueQuestion> All { get; } =
    [
        .. new CatalogueQuestion
        {
            Slug = "",
            Group = "russia-mediates-us-china",
            Title = "Russia mediates between the United States and China",
            Criteria = "Yes if, by the horizon, Russia has hosted or formally mediated talks between the United States and China.",
            Type = QuestionType.Binary,
            Tags = ["china", "us-russia"],
            Locator = "paragraph 4",
            StatusQuo = "no",
            Stated = CatalogueReading.Read("remains uncertain"),
            Outcome = null!,
        }.At(Still(2017, "no", "No such talks took place."), Still(2021, "no", "No such talks took place.")),
        .. new CatalogueQuestion
        {
            Slug = "",
            Group = "russia-mediates-north-korea",
            Title = "Russia hosts talks of the United States and North Korea",
            Criteria = "Yes if, by the horizon, Russia has hosted formal talks in which both the United States and North Korea took part.",
            Type = QuestionType.Binary,
            Tags = ["north-korea", "us-russia"],
            Locator = "paragraph 7",
            StatusQuo = "no",
            Stated = CatalogueReading.Read("could"),
            Outcome = null!,
        }.At(
            Still(2017, "no", "No such talks took place."),
            Still(
                2021,
                "no",
                "Singapore, Hanoi and Stockholm hosted; Vladivostok was without an American part.",
                "Singapore, 2018-06-12",
                "Hanoi, 2019-02-27",
                "Stockholm, 2019-10-05"
            )
        ),
        .. new CatalogueQuestion
        {
            Slug = "",
            Group = "russia-proposes-on-north-korea",
            Title = "Russia makes a proposal of its own on the North Korean nuclear issue",
            Criteria = "Yes if, by the horizon, Russia has formally proposed a settlement of the nuclear issue, alone or with China.",
            Type = QuestionType.Binary,
            Tags = ["north-korea"],
            Locator = "paragraph 7",
            StatusQuo = "no",
            Stated = CatalogueReading.Read("will be willing"),
            Outcome = null!,
        }.At(Since(2017, "yes", Known(2017, 7, 4), "A joint statement of the Russian and Chinese foreign ministries made one.", "Joint statement, 2017-07-04")),
        .. new CatalogueQuestion
        {
            Slug = "",
            Group = "russia-keeps-to-china",
            Title = "Russia keeps to China",
            Criteria = "Yes if, by the horizon, Russia has not joined the United States in sanctions or a Security Council vote against China.",
            Type = QuestionType.Binary,
            Tags = ["china", "us-russia"],
            Locator = "paragraph 4",
            StatusQuo = "yes",
            Stated = CatalogueReading.Read("highly unlikely", negated: true),
            Outcome = null!,
        }.At(Still(2017, "yes", "It joined in none."), Still(2021, "yes", "It joined in none.")),
        .. new CatalogueQuestion
        {
            Slug = "",
            Group = "russia-asks-trilateral",
            Title = "Russia asks Seoul to resume trilateral cooperation",
            Criteria = "Yes if, by the horizon, Russia has publicly asked South Korea to resume economic cooperation of the two Koreas and Russia.",
            Type = QuestionType.Binary,
            Tags = ["korea"],
            Locator = "paragraph 7",
            StatusQuo = "no",
            Stated = CatalogueReading.Read("could"),
            Outcome = null!,
        }.At(
            Since(2017, "yes", Known(2017, 9, 6), "Raised at the summit in Vladivostok.", "Kremlin transcript, 2017-09-06"),
            Since(2021, "yes", Known(2017, 9, 6), "Raised at the summit in Vladivostok.", "Kremlin transcript, 2017-09-06")
        ),
        .. new CatalogueQuestion
        {
            Slug = "",
            Group = "rajin-khasan-restart",
            Title = "The Rajin-Khasan project resumes with South Korea",
            Criteria = "Yes if, by the horizon, the Rajin-Khasan project has resumed with South Korean participation.",
            Type = QuestionType.Binary,
            Tags = ["korea", "north-korea"],
            Locator = "paragraph 7",
            StatusQuo = "no",
            Outcome = null!,
        }.At(Still(2021, "no", "Seoul’s suspension of 2016 lasted.")),
        .. new CatalogueQuestion
        {
            Slug = "",
            Group = "north-korea-collapse",
            Title = "The North Korean government loses control of Pyongyang",
            Criteria = "Yes if, by the horizon, the North Korean government has lost control of Pyongyang.",
            Type = QuestionType.Binary,
            Tags = ["north-korea"],
            Locator = "paragraph 7",
            StatusQuo = "no",
            Outcome = null!,
        }.At(Still(2021, "no", "It kept control.")),
    ];
}
