using static Domain.Catalogue.Horizons;

namespace Domain.Catalogue;

/// <summary>What happened in the world that bears on the catalogue's questions, by date.</summary>
internal static class DatedEvidence
{
    /// <summary>The events, with the groups of questions on which each bears.</summary>
    public static IReadOnlyList<CatalogueEvidence> All { get; } =
    [
        new(Known(2017, 2, 13), "The National Security Advisor resigns", "White House statement", ["moscow-friendly-appointees"]),
        new(Known(2017, 6, 5), "Montenegro joins NATO as its 29th member", "NATO press release", ["nato-next-member", "nato-enlargement-stands"]),
        new(Known(2017, 6, 28), "The EU prolongs its sectoral sanctions to 2018-01-31", "Council of the EU press release", ["eu-sanctions-renewals"]),
        new(
            Known(2017, 7, 4),
            "Russia and China issue a joint statement on the Korean Peninsula",
            "Ministry of Foreign Affairs of Russia",
            ["russia-proposes-on-north-korea", "russia-keeps-to-china"]
        ),
        new(
            Known(2017, 7, 7),
            "A ceasefire in south-west Syria is agreed by the United States, Russia and Jordan",
            "US Department of State",
            ["partial-cooperation-middle-east"]
        ),
        new(
            Known(2017, 8, 2),
            "The Countering America’s Adversaries Through Sanctions Act is signed",
            "Public Law 115-44",
            ["us-sanctions-relief", "us-sanctions-direction", "rajin-khasan-if-relief", "far-east-finance-if-relief"]
        ),
        new(Known(2017, 8, 28), "NATO’s four battlegroups in the Baltic states and Poland are operational", "NATO press release", ["nato-enlargement-stands"]),
        new(
            Known(2017, 9, 6),
            "The presidents of South Korea and Russia meet in Vladivostok",
            "Kremlin transcript",
            ["russia-asks-trilateral", "korea-russia-follows", "rajin-khasan-restart"]
        ),
        new(Known(2017, 12, 21), "The EU prolongs its sectoral sanctions to 2018-07-31", "Council of the EU press release", ["eu-sanctions-renewals"]),
        new(
            Known(2018, 3, 26),
            "Washington orders 60 Russian officials out and shuts the consulate in Seattle",
            "US Department of State",
            ["us-sanctions-direction"]
        ),
        new(Known(2018, 6, 12), "The United States and North Korea meet in Singapore", "White House joint statement", ["russia-mediates-north-korea"]),
        new(
            Known(2018, 6, 22),
            "The presidents of South Korea and Russia meet in Moscow",
            "Kremlin joint statement",
            ["korea-russia-follows", "russia-asks-trilateral", "rajin-khasan-restart"]
        ),
        new(Known(2018, 7, 5), "The EU prolongs its sectoral sanctions to 2019-01-31", "Council of the EU press release", ["eu-sanctions-renewals"]),
        new(Known(2018, 7, 11), "NATO’s summit in Brussels stands by Bucharest", "NATO", ["nato-enlargement-stands"]),
        new(Known(2018, 10, 20), "Washington gives word of leaving the INF Treaty", "White House pool report", ["security-confrontation-inf"]),
        new(Known(2018, 12, 21), "The EU prolongs its sectoral sanctions to 2019-07-31", "Council of the EU press release", ["eu-sanctions-renewals"]),
        new(Known(2019, 1, 27), "Rusal, En+ and EuroSibEnergo are delisted", "US Treasury, OFAC", ["us-sanctions-direction", "us-sanctions-relief"]),
        new(Known(2019, 2, 27), "The United States and North Korea meet in Hanoi", "White House", ["russia-mediates-north-korea"]),
        new(Known(2019, 4, 25), "The leaders of Russia and North Korea meet in Vladivostok", "Kremlin", ["russia-mediates-north-korea"]),
        new(Known(2019, 6, 27), "The EU prolongs its sectoral sanctions to 2020-01-31", "Council of the EU press release", ["eu-sanctions-renewals"]),
        new(Known(2019, 7, 23), "Russia and China fly their first joint air patrol", "Ministry of Defence of Russia", ["russia-keeps-to-china"]),
        new(Known(2019, 8, 2), "The INF Treaty ceases to be in force", "US Department of State", ["security-confrontation-inf"]),
        new(
            Known(2019, 10, 5),
            "The United States and North Korea hold working talks in Stockholm",
            "Ministry for Foreign Affairs of Sweden",
            ["russia-mediates-north-korea"]
        ),
        new(Known(2019, 12, 19), "The EU prolongs its sectoral sanctions to 2020-07-31", "Council of the EU press release", ["eu-sanctions-renewals"]),
        new(Known(2020, 3, 27), "North Macedonia joins NATO as its 30th member", "NATO press release", ["nato-enlargement-stands"]),
        new(Known(2020, 6, 29), "The EU prolongs its sectoral sanctions to 2021-01-31", "Council of the EU press release", ["eu-sanctions-renewals"]),
        new(Known(2020, 11, 22), "Washington’s exit from the Open Skies Treaty takes effect", "US Department of State", ["security-confrontation-inf"]),
        new(Known(2020, 12, 17), "The EU prolongs its sectoral sanctions to 2021-07-31", "Council of the EU press release", ["eu-sanctions-renewals"]),
    ];
}
