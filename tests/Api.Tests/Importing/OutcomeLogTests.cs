using System.Net;
using System.Text.Json;
using Api.Tests.Lifecycle;

namespace Api.Tests.Importing;

/// <summary>Logs of outcomes: read again, longer, and with names that only claim to be people of this house.</summary>
public sealed class OutcomeLogTests(EmptyApi api) : IClassFixture<EmptyApi>
{
    private const string Header = "question,outcome,known_at,source\n";

    private async Task QuestionAsync(string slug) =>
        Assert.Equal(
            (1, 1, 0, 0),
            (
                await api.ImportAsync("questions", $"question,title,type,opens_at,closes_at\n{slug},T,binary,2022-01-01T00:00:00Z,2022-02-01T00:00:00Z\n")
            ).Counts()
        );

    private async Task<(string Status, string? Outcome)> StandsAsync(string slug)
    {
        var question = await api.GetAsync($"/questions/{slug}");
        return (question.Text("status"), question.TryGetProperty("outcome", out var outcome) ? outcome.GetString() : null);
    }

    [Fact]
    public async Task What_is_taken_back_on_the_day_on_which_it_was_claimed_is_taken_back()
    {
        await QuestionAsync("ol-back");
        const string first = Header + "ol-back,no,2022-02-03T00:00:00Z,day\n";
        const string second = first + "ol-back,unresolved,2022-02-03T00:00:00Z,day\n";
        const string third = second + "ol-back,no,2022-02-03T00:00:00Z,day\n";
        foreach (
            var (file, unchanged, rows, stands) in new[]
            {
                (first, 0, 1, ("resolved", "no")),
                (second, 1, 2, ("closed", null)),
                (second, 2, 2, ("closed", null)),
                (third, 2, 3, ("resolved", (string?)"no")),
                (third, 3, 3, ("resolved", "no")),
                (first, 1, 1, ("resolved", "no")),
                (second, 2, 2, ("resolved", "no")),
            }
        )
        {
            Assert.Equal((rows, rows, 0, unchanged), (await api.ImportAsync("outcomes", file)).Counts());
            Assert.Equal(stands, await StandsAsync("ol-back"));
        }

        Assert.Equal(2, await api.CountAsync("ol-back", "QuestionResolved"));
        Assert.Equal(1, await api.CountAsync("ol-back", "ResolutionTakenBack"));
    }

    [Fact]
    public async Task A_row_that_took_back_nothing_is_remembered()
    {
        await QuestionAsync("ol-none");
        const string nothing = Header + "ol-none,unresolved,2022-02-03T00:00:00Z,day\n";
        Assert.Equal((1, 1, 0, 1), (await api.ImportAsync("outcomes", nothing)).Counts());
        await api.ImportAsync("outcomes", nothing + "ol-none,yes,2022-02-03T00:00:00Z,day\n");
        Assert.Equal((1, 1, 0, 1), (await api.ImportAsync("outcomes", nothing)).Counts());
        Assert.Equal(("resolved", "yes"), await StandsAsync("ol-none"));
        await api.ImportAsync("outcomes", nothing + "ol-none,yes,2022-02-03T00:00:00Z,day\nol-none,unresolved,2022-02-03T00:00:00Z,day\n");
        Assert.Equal(("closed", null), await StandsAsync("ol-none"));
    }

    [Fact]
    public async Task A_log_of_many_batches_is_read_as_one()
    {
        await QuestionAsync("ol-long");
        // The question's rows stand more than a batch apart; those between are of another.
        await QuestionAsync("ol-fill");
        var fill = string.Concat(Enumerable.Range(0, 2_100).Select(i => $"ol-fill,{(i % 2 == 0 ? "yes" : "no")},2022-02-03T00:00:00Z,day\n"));
        var file = $"{Header}ol-long,yes,2022-02-03T00:00:00Z,day\nol-long,no,2022-02-03T00:00:00Z,day\n{fill}ol-long,yes,2022-02-03T00:00:00Z,day\n";
        Assert.Equal((2_103, 2_103, 0, 0), (await api.ImportAsync("outcomes", file)).Counts());
        Assert.Equal(("resolved", "yes"), await StandsAsync("ol-long"));
        Assert.Equal((2_103, 2_103, 0, 2_103), (await api.ImportAsync("outcomes", file)).Counts());
        Assert.Equal(2, await api.CountAsync("ol-long", "ResolutionCorrected") + await api.CountAsync("ol-long", "QuestionResolved") - 1);
    }

    [Fact]
    public async Task A_live_question_is_resolved_by_two_people_and_by_no_file()
    {
        await api.OpenQuestionAsync("ol-live");
        const string file = """
            question,outcome,known_at,source,reason,evidence,proposed_by,confirmed_by
            ol-live,yes,2026-01-05T00:00:00Z,https://example.org/b,Told.,https://example.org/b,nina,olaf
            """;
        var import = await api.ImportAsync("outcomes", file);
        Assert.Equal((1, 0, 1, 0), import.Counts());
        Assert.Contains("a live question is resolved by two people", import.Errors().Single().Reason, StringComparison.Ordinal);
        Assert.Equal(("open", null), await StandsAsync("ol-live"));
        Assert.DoesNotContain("nina", (await api.GetAsync("/questions/ol-live/resolution")).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_names_of_an_imported_log_are_claims_and_shown_as_claims()
    {
        await QuestionAsync("ol-claims");
        await QuestionAsync("ol-plain");
        await api.ImportAsync(
            "outcomes",
            """
            question,outcome,known_at,source,reason,evidence,proposed_by,confirmed_by
            ol-claims,yes,2022-02-03T00:00:00Z,log,Told.,a paper,nina,olaf
            ol-claims,annulled,2022-02-04T00:00:00Z,log,Void.,a paper,olaf,nina
            ol-claims,unresolved,2022-02-05T00:00:00Z,log,Not so.,a paper,nina,
            ol-claims,no,2022-02-06T00:00:00Z,log,Told.,a paper,nina,olaf
            ol-plain,no,2022-02-06T00:00:00Z,log,,,,
            """
        );

        var question = await api.GetAsync("/questions/ol-claims");
        Assert.Equal(("nina", "olaf"), (question.GetProperty("claims").Text("proposedBy"), question.GetProperty("claims").Text("confirmedBy")));
        Assert.False(question.TryGetProperty("proposedBy", out _) || question.TryGetProperty("confirmedBy", out _));
        Assert.False((await api.GetAsync("/questions/ol-plain")).TryGetProperty("claims", out _));
        var steps = (await api.GetAsync("/questions/ol-claims/resolution")).GetProperty("steps").EnumerateArray().ToArray();
        Assert.Equal(4, steps.Length);
        Assert.All(
            steps,
            s =>
            {
                Assert.Equal("owner", s.Text("actor"));
                Assert.True(s.GetProperty("imported").GetBoolean());
                Assert.False(s.TryGetProperty("proposedBy", out _) || s.TryGetProperty("confirmedBy", out _));
            }
        );
        Assert.Equal(["nina", "olaf", "nina", "nina"], steps.Select(s => s.GetProperty("claims").Text("proposedBy")));
        Assert.Equal(
            "owner",
            (await api.GetAsync("/audit/events?question=ol-claims&type=QuestionResolved")).GetProperty("items")[0].GetProperty("data").Text("confirmedBy")
        );

        // They go out and in again.
        using var exported = await api.Owner.GetAsync(new Uri("/exports/outcomes", UriKind.Relative));
        var rows = (await exported.Content.ReadAsStringAsync()).Split('\n').Where(l => l.StartsWith("ol-claims", StringComparison.Ordinal)).ToArray();
        Assert.Contains("nina,olaf", rows[0], StringComparison.Ordinal);
        var before = await api.EventsAsync();
        var again = await api.ImportAsync(
            "outcomes",
            "question,outcome,known_at,source,reason,evidence,proposed_by,confirmed_by\n"
                + string.Concat(rows.Select(r => string.Join(',', r.TrimEnd('\r').Split(',').Take(8)) + "\n"))
        );
        Assert.Equal((4, 4, 0, 4), again.Counts());
        Assert.Equal(before, await api.EventsAsync());
    }
}
