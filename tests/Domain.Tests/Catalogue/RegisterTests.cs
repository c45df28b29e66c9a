using System.Text.RegularExpressions;
using Domain.Catalogue;
using Domain.Questions;

namespace Domain.Tests.Catalogue;

/// <summary>The catalogue of the brief holds everything that the register of events has.</summary>
public sealed partial class RegisterTests
{
    [Fact]
    public void Every_question_and_event_of_the_register_is_in_the_catalogue()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "shared", "brief", "register.md")))
            folder = folder.Parent;
        if (folder is null)
            Assert.Skip("There is no register here.");
        var rows = File.ReadLines(Path.Combine(folder.FullName, "shared", "brief", "register.md"))
            .Where(l => l.StartsWith('|'))
            .Select(l => l.Split('|'))
            .ToList();

        var slugs = new List<string>();
        foreach (var row in rows.Where(r => r[1].TrimStart().StartsWith('`')))
        {
            var years = Horizon()
                .Matches(row[2])
                .Select(m =>
                    m.Value switch
                    {
                        "H1" => "2017",
                        "H2" => "2018",
                        _ => "2021",
                    }
                )
                .Distinct();
            slugs.AddRange(years.DefaultIfEmpty("2021").Select(y => $"{row[1].Trim(' ', '`')}-{y}"));
        }

        Assert.NotEmpty(slugs);
        Assert.Equal(slugs.Order(StringComparer.Ordinal), BriefCatalogue.Questions.Select(q => q.Slug).Order(StringComparer.Ordinal));
        Assert.Equal(
            rows.Select(r => r[1].Trim()).Where(c => c.StartsWith("20", StringComparison.Ordinal)),
            BriefCatalogue.Evidence.Select(e => $"{e.OccurredAt:yyyy-MM-dd}")
        );
    }

    [Fact]
    public void As_many_prolongations_are_in_evidence_as_the_count_came_out_at() =>
        Assert.Equal(
            BriefCatalogue.Questions.Single(q => q.Slug == "eu-sanctions-renewals-2021").Outcome.Outcome,
            $"{BriefCatalogue.Evidence.Count(e => e.Questions.Contains("eu-sanctions-renewals"))}"
        );

    [Theory]
    [InlineData("nato-missile-defence-stands-2018", 0.80, 0.90, 0.85)]
    [InlineData("russia-keeps-to-china-2021", 0.80, 0.90, 0.85)]
    [InlineData("russia-mediates-us-china-2017", 0.40, 0.50, 0.45)]
    [InlineData("russia-mediates-north-korea-2021", 0.40, 0.50, 0.45)]
    [InlineData("russia-asks-trilateral-2017", 0.40, 0.50, 0.45)]
    [InlineData("russia-proposes-on-north-korea-2017", 0.55, 0.75, 0.65)]
    [InlineData("kremlin-if-collapse-2021", 0.55, 0.75, 0.65)]
    [InlineData("korea-russia-follows-2018", 0.55, 0.75, 0.65)]
    public void The_briefs_words_become_a_forecast_of_yes(string slug, double lower, double upper, double probability)
    {
        var stated = BriefCatalogue.Questions.Single(q => q.Slug == slug).Stated!;

        Assert.Equal(lower, stated.Verbal.Lower, 1e-12);
        Assert.Equal(upper, stated.Verbal.Upper, 1e-12);
        Assert.Equal(probability, stated.Probability, 1e-12);
    }

    [Fact]
    public void Forecasts_are_read_into_binary_questions_only() =>
        Assert.All(BriefCatalogue.Questions.Where(q => q.Stated is not null), q => Assert.Equal(QuestionType.Binary, q.Type));

    [Fact]
    public void A_failed_condition_is_known_when_its_own_outcome_is()
    {
        var known = BriefCatalogue.Questions.ToDictionary(q => q.Slug, q => q.Outcome.KnownAt);

        Assert.All(
            BriefCatalogue.Questions.Where(q => q.Condition is not null && q.Outcome.Outcome == "annulled"),
            q => Assert.Equal(known[q.Condition!.Question], q.Outcome.KnownAt)
        );
    }

    [GeneratedRegex("H[123]")]
    private static partial Regex Horizon();
}
