using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Api.Tests.Importing;
using Api.Tests.Lifecycle;
using Store.Bundles;
using static Api.Tests.RunningApi;

namespace Api.Tests;

/// <summary>Scores that anybody computes again from a file, on a service that keeps a ledger.</summary>
public sealed class VerifiableScores(LoggedApi api) : IClassFixture<LoggedApi>
{
    [Fact]
    public async Task A_bundle_proves_every_input_and_gives_the_rows_bit_by_bit()
    {
        var slug = await ScoredAsync();
        var bundle = ScoreBundle.Read(await BytesAsync($"/questions/{slug}/scores/1/bundle")).Value;

        var score = ScoreRecomputation.Of(bundle);

        Assert.Empty(score.Different);
        Assert.Subset(score.Same.ToHashSet(), new HashSet<string> { "owner", "consensus:median", "reference:uniform" });
        var shown = (await api.GetAsync($"/questions/{slug}/scores?generation=1")).GetProperty("items").EnumerateArray();
        Assert.Equal(
            shown.Select(i => i.GetProperty("forecaster").GetString()!).Order(StringComparer.Ordinal),
            score.Same.Concat(score.NotComputed).Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task A_bundle_has_what_the_rows_rest_on_of_other_questions_and_gives_their_bits()
    {
        // Whoever forecast before has a record, which the third question's weights go by; all have a tag in common.
        var tag = $"t-{Guid.NewGuid():N}";
        string[] slugs = [$"{tag}-1", $"{tag}-2", $"{tag}-3"];
        static string Day(int question, int day) => $"2020-0{question + 1}-{day:00}";
        await api.ImportAsync(
            "questions",
            "question,title,type,opens_at,closes_at,tags\n" + string.Concat(slugs.Select((q, n) => $"{q},Will it?,binary,{Day(n, 1)},{Day(n, 21)},{tag}\n"))
        );
        await api.ImportAsync(
            "forecasts",
            "question,forecaster,made_at,probability\n"
                + string.Concat(slugs.SelectMany((q, n) => Enumerable.Range(0, 3).Select(i => $"{q},r{i}-{tag[2..18]},{Day(n, 2)},0.{2 + (3 * i)}{n}\n")))
        );
        await api.ImportAsync(
            "outcomes",
            "question,outcome,known_at\n" + string.Concat(slugs.Select((q, n) => $"{q},{(n == 1 ? "no" : "yes")},{Day(n, 21)}\n"))
        );
        var generation = (await api.GetAsync($"/questions/{slugs[2]}/scores")).GetProperty("generation").GetInt32();
        await LoggedAsync(slugs[2], generation);

        var bundle = ScoreBundle.Read(await BytesAsync($"/questions/{slugs[2]}/scores/{generation}/bundle")).Value;
        var score = ScoreRecomputation.Of(bundle);

        Assert.True(bundle.HasOthers);
        Assert.Empty(score.Different);
        Assert.Empty(score.NotComputed);
        string[] resting = ["consensus:skill-weighted", "reference:base-rate"];
        Assert.Subset(score.Same.ToHashSet(), resting.ToHashSet());
        // They do rest on them: without the other questions these rows alone come out otherwise.
        var alone = bundle with
        {
            Events = [.. bundle.Events.Where(e => !StreamOf(e).Contains(slugs[0], StringComparison.Ordinal))],
        };
        Assert.Equal(resting, ScoreRecomputation.Of(alone).Different.Order());
        Assert.Equal(resting, ScoreRecomputation.Of(alone with { HasOthers = false }).NotComputed.Order());

        static string StreamOf(ProvenLeaf leaf) => Encoding.UTF8.GetString(leaf.Opened.Stream!.Value.Span);
    }

    [Fact]
    public async Task A_bundle_counts_other_questions_by_the_tags_and_options_that_were_edited_until_then()
    {
        var tag = $"t-{Guid.NewGuid():N}";
        var tagged = await api.WithOpenQuestionAsync(new { tags = new[] { "before" } });
        await EditAsync(tagged.Slug, new { tags = new[] { tag } });
        var renamed = $"renamed-{tag[2..18]}";
        await api.DraftQuestionAsync(
            renamed,
            new() { ["type"] = JsonSerializer.SerializeToElement("multipleChoice"), ["options"] = JsonSerializer.SerializeToElement(new[] { "soon", "late" }) }
        );
        await EditAsync(renamed, new { options = new[] { "soon", "never" }, tags = new[] { "before" } });
        await EditAsync(renamed, new { tags = new[] { tag, "before" } });
        await api.Owner.DoAsync($"/questions/{renamed}/open");
        var left = await api.WithOpenQuestionAsync(new { tags = new[] { tag } });
        await EditAsync(left.Slug, new { tags = Array.Empty<string>() });
        // Each of them tells for the second option: a bundle that lacks one gives other numbers.
        foreach (var (slug, outcome) in new[] { (tagged.Slug, "no"), (renamed, "never"), (left.Slug, "yes") })
            await api.Owner.SettleAsync(tagged.Resolver, slug, Asking.Outcome(outcome));
        await api.SettledAsync();
        var question = await api.WithOpenQuestionAsync(new { tags = new[] { tag } });
        await api.Owner.DoAsync($"{question.Url}/forecast", new { probability = 0.7 }, HttpMethod.Put);
        await api.Owner.SettleAsync(question.Resolver, question.Slug, Asking.Outcome("yes"));
        await LoggedAsync(question.Slug, 1);
        // What is edited later is not what the scores rest on.
        await EditAsync(tagged.Slug, new { tags = new[] { "after" } });
        await EditAsync(left.Slug, new { tags = new[] { tag } });

        var bundle = ScoreBundle.Read(await BytesAsync($"{question.Url}/scores/1/bundle")).Value;
        var score = ScoreRecomputation.Of(bundle);

        Assert.Empty(score.Different);
        Assert.Contains("reference:base-rate", score.Same);
        var edits = bundle.Events.Where(e => e.Opened.Leaf.Type == "question_edited").ToList();
        Assert.Equal(3, edits.Count);
        Assert.Equal(["reference:base-rate"], ScoreRecomputation.Of(bundle with { Events = [.. bundle.Events.Except(edits)] }).Different);

        Task EditAsync(string slug, object body) => api.Owner.DoAsync($"/questions/{slug}", body, HttpMethod.Patch);
    }

    [Fact]
    public async Task Whatever_is_changed_or_left_out_of_a_bundle_is_noticed()
    {
        var slug = await ScoredAsync();
        var bundle = ScoreBundle.Read(await BytesAsync($"/questions/{slug}/scores/1/bundle")).Value;
        for (var i = 0; i < bundle.Events.Count; i++)
        {
            var one = bundle.Events[i];
            ProvenLeaf[] Others(ProvenLeaf changed) => [.. bundle.Events.Select((e, j) => j == i ? changed : e)];

            var data = Encoding.UTF8.GetString(one.Opened.Data!.Value.Span);
            var other = Encoding.UTF8.GetBytes(data.Replace("0.", "0.0", StringComparison.Ordinal).Replace("202", "201", StringComparison.Ordinal));
            var changed = one with { Opened = one.Opened with { Data = one.Opened.Data with { Value = other } } };
            Assert.Throws<UnprovenException>(() => ScoreRecomputation.Of(bundle with { Events = Others(changed) }));
            var withheld = one with { Opened = one.Opened with { Data = null } };
            Assert.Throws<UnprovenException>(() => ScoreRecomputation.Of(bundle with { Events = Others(withheld) }));
            var elsewhere = one with { Index = one.Index + 1 };
            Assert.Throws<UnprovenException>(() => ScoreRecomputation.Of(bundle with { Events = Others(elsewhere) }));
            if (one.Opened.Leaf.Type is "forecast_submitted" or "forecast_revised")
                Assert.NotEmpty(ScoreRecomputation.Of(bundle with { Events = [.. bundle.Events.Where((_, j) => j != i)] }).Different);
        }
    }

    [Fact]
    public async Task A_bundle_with_an_erased_text_gives_the_rows_bit_by_bit_and_one_without_a_name_proves_nothing()
    {
        var slug = await ScoredAsync();
        var events = (await api.GetAsync($"/audit/events?question={slug}&type=ForecastSubmitted")).GetProperty("items").EnumerateArray();
        foreach (var e in events.Where(e => e.GetProperty("data").TryGetProperty("rationale", out _)))
        {
            var path = $"/audit/events/{e.GetProperty("eventId").GetGuid()}/erasure";
            using var response = await api.Owner.PostAsync(path, Body("""{"texts":["rationale"],"reason":"Asked for."}"""));
            await Json(response, HttpStatusCode.OK);
        }

        var bundle = ScoreBundle.Read(await BytesAsync($"/questions/{slug}/scores/1/bundle")).Value;

        Assert.Equal(4, bundle.Events.Count(e => e.Opened.Text.Contains(null)));
        Assert.Empty(ScoreRecomputation.Of(bundle).Different);
        var withheld = bundle.Events.Select(e => e with { Opened = e.Opened with { Text = [.. e.Opened.Text.Select((t, i) => i == 0 ? null : t)] } });
        Assert.Throws<UnprovenException>(() => ScoreRecomputation.Of(bundle with { Events = [.. withheld] }));
    }

    [Fact]
    public async Task A_generation_that_is_none_has_no_bundle()
    {
        var slug = await ScoredAsync();
        foreach (
            var path in new[] { $"/questions/{slug}/scores/7/bundle", "/questions/nothing/scores/1/bundle", $"/questions/{slug}/scores/99999999999/bundle" }
        )
        {
            using var response = await api.Owner.GetAsync(new Uri(path, UriKind.Relative));
            await Json(response, HttpStatusCode.NotFound);
        }
    }

    /// <summary>A resolved question with three forecasters, two of whom revised, whose scoring is in the ledger.</summary>
    private async Task<string> ScoredAsync()
    {
        var question = await api.WithForecastAsync(0.7);
        for (var i = 0; i < 2; i++)
        {
            using var person = await api.AsAsync($"a{i}-{question.Slug[2..18]}", "analyst");
            foreach (var probability in new[] { 0.21 + (i / 10.0), 0.83 })
                (await person.PutAsJsonAsync($"{question.Url}/forecast", new { probability, rationale = "Clouds." })).EnsureSuccessStatusCode();
        }

        await api.Owner.DoAsync($"{question.Url}/resolution", Asking.Outcome("yes"));
        using var confirmed = await ConfirmAsync(question.Resolver, question.Slug);
        await Json(confirmed, HttpStatusCode.OK);
        await LoggedAsync(question.Slug, 1);
        return question.Slug;
    }

    private Task LoggedAsync(string slug, int generation) =>
        Samples.Patience.UntilAsync(async () =>
            await api.ScalarAsync<long>(
                $"""
                select count(*) from forecasts.ledger_entries n join forecasts.mt_events e on e.seq_id = n.sequence
                where e.stream_id = 'scoring/{slug}' and e.version = {generation}
                """
            ) > 0
        );

    private async Task<byte[]> BytesAsync(string path)
    {
        using var response = await api.Owner.GetAsync(new Uri(path, UriKind.Relative));
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        return await response.Content.ReadAsByteArrayAsync();
    }
}
