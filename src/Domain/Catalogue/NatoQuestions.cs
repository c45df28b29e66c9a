using Domain.Questions;
using static Domain.Catalogue.Horizons;

namespace Domain.Catalogue;

/// <summary>Whether the decisions of the alliance stand, and whom it admits.</summary>
internal static class NatoQuestions
{
    /// <summary>The questions, horizon by horizon.</summary>
    public static IEnumerable<CatalogueQuestion> All { get; } =
    [
        .. new CatalogueQuestion
        {
            Slug = "",
            Group = "nato-enlargement-stands",
            Title = "NATO keeps its 2008 Bucharest commitment to Ukraine and Georgia",
            Criteria =
                "Yes if, at the horizon, NATO has not withdrawn the commitment of its 2008 Bucharest summit that Ukraine and Georgia will become members.",
            Type = QuestionType.Binary,
            Tags = ["nato", "us-russia"],
            Locator = "paragraph 3",
            StatusQuo = "yes",
            Stated = CatalogueReading.Read("highly unlikely", negated: true),
            Outcome = null!,
        }.At(
            Still(2017, "yes", "No withdrawal by the horizon."),
            Still(2018, "yes", "Reaffirmed at the Brussels summit.", "Brussels Summit Declaration, 2018-07-11"),
            Still(2021, "yes", "In force at the horizon.", "Brussels Summit Declaration, 2018-07-11")
        ),
        .. new CatalogueQuestion
        {
            Slug = "",
            Group = "nato-missile-defence-stands",
            Title = "NATO keeps both land-based missile-defence sites",
            Criteria = "Yes if, at the horizon, neither the site at Deveselu nor the one at Redzikowo has been cancelled or dismantled.",
            Type = QuestionType.Binary,
            Tags = ["nato", "missile-defence", "us-russia"],
            Locator = "paragraphs 2 and 3",
            StatusQuo = "yes",
            Stated = CatalogueReading.Read("highly unlikely", negated: true),
            Outcome = null!,
        }.At(
            Still(2017, "yes", "Neither site was given up: the Romanian one works, the Polish one is late."),
            Still(2018, "yes", "Neither site was given up: the Romanian one works, the Polish one is late."),
            Still(2021, "yes", "Neither site was given up: the Romanian one works, the Polish one is late.")
        ),
        .. new CatalogueQuestion
        {
            Slug = "",
            Group = "nato-next-member",
            Title = "The date on which NATO next admits a member",
            Criteria = "The date on which the accession of the next member takes effect.",
            Type = QuestionType.Date,
            Range = new QuestionRange(17205, 18647, OpenLower: false, OpenUpper: true),
            Tags = ["nato"],
            Locator = "paragraph 2",
            Outcome = null!,
        }.At(Since(2021, "2017-06-05", Known(2017, 6, 5), "Montenegro became a member.", "NATO press release, 2017-06-05")),
    ];
}
