using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using static Api.Tests.RecordedHistory;
using static Api.Tests.RunningApi;

namespace Api.Tests;

/// <summary>What is answered across questions, beside numbers that are worked out here in the plainest way.</summary>
public sealed class StatisticsOverTheApi(RecordedHistory history) : IClassFixture<RecordedHistory>
{
    private static readonly int[] All = [.. Enumerable.Range(0, Count)];

    private RunningApi Api => history.Api;

    private static double Brier(double p, int i) => Math.Pow(p - (Yes(i) ? 1 : 0), 2);

    private static double AnaBrier(int i) => (Brier(AnaFirst(i), i) + Brier(AnaThen(i), i)) / 2;

    // The median of two is their mean, of three the middle one.
    private static double EarlyMedian(int i) => (AnaFirst(i) + Bea(i)) / 2;

    private static double LateMedian(int i) => new[] { AnaThen(i), Bea(i), Cy(i) }.Order().ElementAt(1);

    private static double Number(JsonElement element, string name) => element.GetProperty(name).GetDouble();

    private static JsonElement Of(JsonElement board, string forecaster) =>
        board.GetProperty("items").EnumerateArray().Single(r => r.GetProperty("forecaster").GetString() == forecaster);

    private async Task<(HttpStatusCode Status, string Body)> Raw(string url)
    {
        using var response = await Api.Owner.GetAsync(new Uri(url, UriKind.Relative));
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_board_of_losses_measures_everybody_against_the_median_over_the_time_in_which_they_stood()
    {
        var board = await Api.GetAsync("/leaderboard?rule=brier&tag=history&limit=500");

        var ana = Of(board, "ana");
        Assert.Equal(All.Average(AnaBrier), Number(ana, "mean"), 12);
        Assert.Equal(1, Number(ana, "coverage"), 12);
        Assert.Equal(All.Sum(i => AnaBrier(i) - ((Brier(EarlyMedian(i), i) + Brier(LateMedian(i), i)) / 2)) / (30 + Count), Number(ana, "shrunk"), 12);
        Assert.Equal(
            1 - (All.Sum(AnaBrier) / All.Sum(i => (Brier(EarlyMedian(i), i) + Brier(LateMedian(i), i)) / 2)),
            Number(ana.GetProperty("skill"), "skill"),
            12
        );

        // Cy came late: half the coverage, and the median of the late days alone.
        var cy = Of(board, "cy");
        Assert.Equal(0.5, Number(cy, "coverage"), 12);
        Assert.Equal(All.Sum(i => 0.5 * (Brier(Cy(i), i) - Brier(LateMedian(i), i))) / (30 + (Count / 2.0)), Number(cy, "shrunk"), 12);

        var shrunk = board.GetProperty("items").EnumerateArray().Select(r => Number(r, "shrunk")).ToList();
        Assert.Equal(shrunk.Order(), shrunk);
        Assert.Equal(0, Number(Of(board, "consensus:median"), "shrunk"), 12);
        Assert.Equal("consensus", Of(board, "consensus:median").GetProperty("kind").GetString());
        foreach (var row in board.GetProperty("items").EnumerateArray())
            Assert.InRange(Number(row, "mean"), Number(row, "lower") - 1e-12, Number(row, "upper") + 1e-12);
    }

    [Fact]
    public async Task Difficulty_adjusted_scores_solve_the_two_way_layout()
    {
        var board = await Api.GetAsync("/leaderboard?rule=brier.final&tag=history&kind=person");

        // All three forecast all questions: the layout is balanced, and adjusting leaves every mean as it is.
        foreach (var (who, p) in new (string, Func<int, double>)[] { ("ana", AnaThen), ("bea", Bea), ("cy", Cy) })
        {
            Assert.Equal(All.Average(i => Brier(p(i), i)), Number(Of(board, who).GetProperty("adjusted"), "score"), 10);
        }
    }

    [Fact]
    public async Task A_board_of_points_ranks_by_evidence_and_counts_questions()
    {
        var scores = await Api.GetAsync("/analysts/ana/scores?rule=peer&tag=history&limit=100");
        var peers = scores.GetProperty("items").EnumerateArray().Select(s => Number(s.GetProperty("scores"), "peer")).ToList();
        Assert.Equal(Count, peers.Count);

        var board = await Api.GetAsync("/leaderboard?tag=history");

        Assert.Equal("peer", board.GetProperty("rule").GetString());
        Assert.Equal(peers.Sum() / (30 + Count), Number(Of(board, "ana"), "shrunk"), 10);
        Assert.Equal(peers.Average(), Number(Of(board, "ana"), "mean"), 10);
        Assert.Equal(Count, Of(board, "ana").GetProperty("questions").GetInt32());
        Assert.Equal("tooFewQuestions", (await Api.GetAsync("/leaderboard?tag=history&minQuestions=13")).GetProperty("status").GetString());
        Assert.Equal(6, Of(await Api.GetAsync("/leaderboard?tag=even"), "ana").GetProperty("questions").GetInt32());
        Assert.Equal(
            2,
            Of(await Api.GetAsync("/leaderboard?tag=history&from=2020-01-11T00:00:00Z&to=2020-01-13T00:00:00Z"), "ana").GetProperty("questions").GetInt32()
        );
    }

    [Fact]
    public async Task A_board_is_read_page_by_page()
    {
        var whole = (await Api.GetAsync("/leaderboard?tag=history&rule=brier&limit=500"))
            .GetProperty("items")
            .EnumerateArray()
            .Select(r => r.GetProperty("forecaster").GetString())
            .ToList();
        var pages = new List<string?>();
        string? cursor = null;
        do
        {
            var page = await Api.GetAsync($"/leaderboard?tag=history&rule=brier&limit=3{(cursor is null ? "" : $"&cursor={Uri.EscapeDataString(cursor)}")}");
            pages.AddRange(page.GetProperty("items").EnumerateArray().Select(r => r.GetProperty("forecaster").GetString()));
            cursor = page.GetProperty("next").GetString();
        } while (cursor is not null);

        Assert.True(whole.Count > 6);
        Assert.Equal(whole, pages);
    }

    [Fact]
    public async Task Two_analysts_are_compared_over_their_common_time_with_an_exact_p_value()
    {
        var comparison = await Api.GetAsync("/analysts/ana/compare/cy?rule=brier&tag=history");

        // Cy stood in the second half alone, and there only Ana's revision did. The first two questions are of one group.
        double[] differences = [.. All.Select(i => Brier(AnaThen(i), i) - Brier(Cy(i), i))];
        double[] units = [differences[0] + differences[1], .. differences[2..]];
        var asFar = Enumerable
            .Range(0, 1 << units.Length)
            .Count(flip => Math.Abs(units.Select((d, k) => (flip >> k & 1) == 0 ? d : -d).Sum()) >= Math.Abs(units.Sum()) - 1e-12);
        Assert.Equal("questions", comparison.EnumerateObject().First().Name);
        Assert.Equal(Count, comparison.GetProperty("questions").GetInt32());
        Assert.Equal(Count - 1, comparison.GetProperty("units").GetInt32());
        Assert.Equal(differences.Average(), Number(comparison, "difference"), 12);
        Assert.Equal(asFar / (double)(1 << units.Length), Number(comparison, "pValue"), 12);
        Assert.Equal(
            ("exact", "commonTime", "lower"),
            (comparison.GetProperty("method").GetString(), comparison.GetProperty("basis").GetString(), comparison.GetProperty("better").GetString())
        );
        Assert.InRange(Number(comparison, "difference"), Number(comparison, "lower"), Number(comparison, "upper"));

        var other = await Api.GetAsync("/analysts/cy/compare/ana?rule=brier&tag=history");
        Assert.Equal(-Number(comparison, "difference"), Number(other, "difference"), 12);
        Assert.Equal(Number(comparison, "pValue"), Number(other, "pValue"), 12);

        var uniform = await Api.GetAsync("/analysts/bea/compare/reference:uniform?rule=brier&tag=history");
        Assert.Equal(All.Average(i => Brier(Bea(i), i)) - 0.25, Number(uniform, "difference"), 12);
    }

    [Fact]
    public async Task Nothing_in_common_is_a_status_and_no_number()
    {
        var comparison = await Api.GetAsync("/analysts/ana/compare/kinu-co-17-04");

        Assert.Equal(("noData", 0), (comparison.GetProperty("status").GetString(), comparison.GetProperty("questions").GetInt32()));
        Assert.False(comparison.TryGetProperty("pValue", out _));
        Assert.NotEmpty(comparison.GetProperty("reason").GetString()!);
    }

    [Fact]
    public async Task Movement_and_uncertainty_reduction_are_summed_by_question()
    {
        var updating = await Api.GetAsync("/analysts/ana/updating?tag=history&limit=5");

        double Movement(int i) => Math.Pow(AnaThen(i) - AnaFirst(i), 2);
        double Reduction(int i) => (AnaFirst(i) * (1 - AnaFirst(i))) - (AnaThen(i) * (1 - AnaThen(i)));
        Assert.Equal((Count, Count), (updating.GetProperty("questions").GetInt32(), updating.GetProperty("revisions").GetInt32()));
        Assert.Equal(All.Average(Movement), Number(updating, "movement"), 12);
        Assert.Equal(All.Average(Reduction), Number(updating, "uncertaintyReduction"), 12);
        Assert.Equal(All.Average(i => Movement(i) - Reduction(i)), Number(updating, "excess"), 12);
        Assert.Equal(All.Average(i => Math.Abs(AnaThen(i) - AnaFirst(i))), Number(updating, "meanAbsoluteChange"), 12);

        // The spread between units, with the two questions of one group as one: the CR1 sandwich.
        var residuals = All.Select(i => Movement(i) - Reduction(i) - Number(updating, "excess")).ToArray();
        double[] units = [residuals[0] + residuals[1], .. residuals[2..]];
        var error = Math.Sqrt(units.Sum(u => u * u) * units.Length / (units.Length - 1)) / Count;
        Assert.Equal(Number(updating, "excess") / error, Number(updating, "z"), 9);
        Assert.Equal(5, updating.GetProperty("items").GetArrayLength());
        Assert.Equal(Movement(0), Number(updating.GetProperty("items")[0], "movement"), 12);
        var rest = await Api.GetAsync($"/analysts/ana/updating?tag=history&cursor={updating.GetProperty("next").GetString()}");
        Assert.Equal(Count - 5, rest.GetProperty("items").GetArrayLength());
        Assert.Equal(Number(updating, "z"), Number(rest, "z"));
    }

    [Fact]
    public async Task Calibration_weighs_each_question_once_over_its_time()
    {
        var calibration = await Api.GetAsync("/analysts/ana/calibration?tag=history&bins=0,0.3,1");

        Assert.Equal((Count, Count), (calibration.GetProperty("questions").GetInt32(), Number(calibration, "weight")));
        Assert.Equal(All.Average(i => (AnaFirst(i) + AnaThen(i)) / 2), Number(calibration.GetProperty("inTheLarge"), "meanForecast"), 12);
        Assert.Equal(All.Count(Yes) / (double)Count, Number(calibration.GetProperty("inTheLarge"), "frequency"), 12);
        var brier = calibration.GetProperty("decomposition").GetProperty("brier");
        Assert.Equal(All.Average(AnaBrier), Number(brier, "score"), 12);
        Assert.Equal(Number(brier, "score"), Number(brier, "mcb") - Number(brier, "dsc") + Number(brier, "unc"), 12);
        Assert.Equal(All.Average(AnaBrier) - Recalibrated(), Number(brier, "mcb"), 12);

        var bins = calibration.GetProperty("binned").GetProperty("bins");
        Assert.Equal(2, bins.GetArrayLength());
        // A probability that is 0.3 but for the arithmetic here lies on the edge, and so in the lower bin.
        Assert.Equal(All.Sum(i => (AnaFirst(i) < 0.3 + 1e-9 ? 0.5 : 0) + (AnaThen(i) < 0.3 + 1e-9 ? 0.5 : 0)), Number(bins[0], "weight"), 12);
    }

    // The best Brier score of any rising recalibration: the maximum over lower sets of the minimum over upper sets (Robertson, Wright and Dykstra 1988, 1.4).
    private static double Recalibrated()
    {
        var statements = All.SelectMany(i => new[] { (P: AnaFirst(i), Y: Yes(i)), (P: AnaThen(i), Y: Yes(i)) }).OrderBy(s => s.P).ToArray();
        var forecasts = statements.Select(s => s.P).Distinct().ToArray();
        double Mean(double from, double to) => statements.Where(s => s.P >= from && s.P <= to).Average(s => s.Y ? 1.0 : 0);
        double Fit(double p) => forecasts.Where(a => a <= p).Max(a => forecasts.Where(b => b >= p).Min(b => Mean(a, b)));
        return statements.Average(s => Math.Pow(Fit(s.P) - (s.Y ? 1 : 0), 2));
    }

    [Theory]
    [InlineData("ana", "horizon=7d", 12)]
    [InlineData("cy", "horizon=7d", 0)]
    [InlineData("cy", "horizon=0d-1w", 12)]
    [InlineData("ana", "from=2020-01-01T00:00:00Z&to=2020-01-03T00:00:00Z", 2)]
    public async Task Calibration_by_horizon_or_period_counts_what_stood_then(string analyst, string filter, int questions)
    {
        var calibration = await Api.GetAsync($"/analysts/{analyst}/calibration?tag=history&{filter}");

        Assert.Equal(questions, calibration.GetProperty("questions").GetInt32());
        if (filter == "horizon=7d" && questions > 0)
            Assert.Equal(All.Average(AnaFirst), Number(calibration.GetProperty("inTheLarge"), "meanForecast"), 12);
        if (questions == 0)
            Assert.Equal("noData", calibration.GetProperty("status").GetString());
        if (questions == 2)
            Assert.Equal("tooFewQuestions", calibration.GetProperty("status").GetString());
    }

    [Fact]
    public async Task Consensus_and_references_are_calibrated_like_anybody()
    {
        var median = await Api.GetAsync("/analysts/consensus:median/calibration?tag=history");
        Assert.Equal(All.Average(i => (EarlyMedian(i) + LateMedian(i)) / 2), Number(median.GetProperty("inTheLarge"), "meanForecast"), 12);
        var uniform = await Api.GetAsync("/analysts/reference:uniform/calibration?tag=history");
        Assert.Equal(0.5, Number(uniform.GetProperty("inTheLarge"), "meanForecast"), 12);
        Assert.Equal("noVariation", uniform.GetProperty("cox").GetProperty("status").GetString());
        Assert.Equal(Count, (await Api.GetAsync("/calibration?tag=history")).GetProperty("questions").GetInt32());
    }

    [Theory]
    [InlineData("/analysts/nobody/calibration", HttpStatusCode.NotFound)]
    [InlineData("/analysts/nobody/scores", HttpStatusCode.NotFound)]
    [InlineData("/analysts/nobody/updating", HttpStatusCode.NotFound)]
    [InlineData("/analysts/ana/compare/nobody", HttpStatusCode.NotFound)]
    [InlineData("/analysts/consensus:mode/calibration", HttpStatusCode.NotFound)]
    [InlineData("/leaderboard?rules=peer", HttpStatusCode.BadRequest)]
    [InlineData("/leaderboard?rule=best", HttpStatusCode.BadRequest)]
    [InlineData("/leaderboard?kind=wizard", HttpStatusCode.BadRequest)]
    [InlineData("/leaderboard?minQuestions=0", HttpStatusCode.BadRequest)]
    [InlineData("/leaderboard?cursor=eA==", HttpStatusCode.BadRequest)]
    [InlineData("/analysts/ana/scores?rule=best", HttpStatusCode.BadRequest)]
    [InlineData("/analysts/ana/scores?from=2020-01-02T00:00:00Z&to=2020-01-01T00:00:00Z", HttpStatusCode.BadRequest)]
    [InlineData("/analysts/ana/calibration?horizon=soon", HttpStatusCode.BadRequest)]
    [InlineData("/analysts/ana/calibration?horizon=9999999999d", HttpStatusCode.BadRequest)]
    [InlineData("/analysts/ana/calibration?bins=0.2,0.1", HttpStatusCode.BadRequest)]
    [InlineData("/analysts/ana/calibration?picture=pie", HttpStatusCode.BadRequest)]
    public async Task What_cannot_be_answered_is_refused_with_what_to_change(string url, HttpStatusCode expected)
    {
        var (status, body) = await Raw(url);

        Assert.Equal(expected, status);
        Assert.NotEmpty(JsonDocument.Parse(body).RootElement.GetProperty("detail").GetString()!);
    }

    [Theory]
    [InlineData("/leaderboard?tag=history")]
    [InlineData("/analysts/ana/calibration?tag=history")]
    [InlineData("/analysts/ana/calibration?tag=history&picture=murphy")]
    [InlineData("/questions/history-00/forecasts/ana")]
    [InlineData("/questions/history-00/consensus/history")]
    public async Task A_picture_is_drawn_in_the_form_that_the_caller_likes_best_and_says_in_words_what_it_shows(string url)
    {
        var svg = await Accepting(url, "application/json;q=0.1, image/svg+xml, image/png;q=0.8");
        Assert.Equal("image/svg+xml", svg.Content.Headers.ContentType!.MediaType);
        var text = await svg.Content.ReadAsStringAsync();
        var root = System.Xml.Linq.XDocument.Parse(text).Root!;
        Assert.True(root.Elements().Single(e => e.Name.LocalName == "desc").Value.Length > 20);
        Assert.NotEmpty(root.Elements().First(e => e.Name.LocalName == "title").Value);

        var png = await Accepting(url, "image/*;q=0.2, image/png");
        var bytes = await png.Content.ReadAsByteArrayAsync();
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], bytes[..4]);
        Assert.Contains("iTXtDescription", Encoding.Latin1.GetString(bytes), StringComparison.Ordinal);

        Assert.Equal("application/json", (await Accepting(url, "*/*")).Content.Headers.ContentType!.MediaType);
        Assert.Equal(HttpStatusCode.NotAcceptable, (await Accepting(url, "text/plain")).StatusCode);
    }

    private async Task<HttpResponseMessage> Accepting(string url, string accept)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.TryAddWithoutValidation("Accept", accept);
        return await Api.Owner.SendAsync(request);
    }

    [Fact]
    public async Task An_answer_is_kept_until_an_event_changes_it_and_never_longer()
    {
        var resolver = await Api.AsAsync("etag-resolver", "resolver");
        var analyst = await Api.AsAsync("etag-analyst", "analyst");
        await Api.OpenQuestionAsync("etag");
        using (var stated = await analyst.PutAsync(new Uri("/questions/etag/forecast", UriKind.Relative), Body("""{"probability":0.9}""")))
            stated.EnsureSuccessStatusCode();
        await Resolve("yes", "resolution");
        var first = await Until("/analysts/etag-analyst/calibration", c => c.GetProperty("questions").GetInt32() == 1);
        Assert.Equal(1, Number(first.Body.GetProperty("inTheLarge"), "frequency"));

        // Another analyst's scores change nothing here; the caller's copy is still good.
        Assert.Equal(HttpStatusCode.NotModified, (await Ask("/analysts/etag-analyst/calibration", first.Tag)).Status);

        await Resolve("no", "correct");
        var second = await Until("/analysts/etag-analyst/calibration", c => Number(c.GetProperty("inTheLarge"), "frequency") == 0);
        Assert.NotEqual(first.Tag, second.Tag);
        Assert.Equal(HttpStatusCode.OK, (await Ask("/analysts/etag-analyst/calibration", first.Tag)).Status);

        await Resolve("annulled", "annul");
        var third = await Until("/analysts/etag-analyst/calibration", c => c.GetProperty("questions").GetInt32() == 0);
        Assert.NotEqual(second.Tag, third.Tag);
        Assert.Equal(0, (await Api.GetAsync("/analysts/etag-analyst/scores")).GetProperty("items").GetArrayLength());

        async Task Resolve(string outcome, string how)
        {
            var outcomeField = how == "annul" ? "" : $"\"outcome\":\"{outcome}\",";
            using var proposed = await Api.Owner.PostAsync(
                new Uri($"/questions/etag/{(how == "resolution" ? how : $"resolution/{how}")}", UriKind.Relative),
                Body($$"""{{{outcomeField}}"knownAt":"{{DateTimeOffset.UtcNow:O}}","reason":"Seen.","evidence":["The paper."]}""")
            );
            await Json(proposed, HttpStatusCode.OK);
            using var confirmed = await RunningApi.ConfirmAsync(resolver, "etag");
            await Json(confirmed, HttpStatusCode.OK);
        }

        async Task<(JsonElement Body, string Tag)> Until(string url, Func<JsonElement, bool> condition)
        {
            await Api.EventuallyAsync(url, condition);
            var (_, body, tag) = await Ask(url, null);
            return (body, tag);
        }
    }

    private async Task<(HttpStatusCode Status, JsonElement Body, string Tag)> Ask(string url, string? tag)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        if (tag is not null)
            request.Headers.IfNoneMatch.Add(EntityTagHeaderValue.Parse(tag));
        using var response = await Api.Owner.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return (response.StatusCode, text.Length == 0 ? default : JsonDocument.Parse(text).RootElement.Clone(), response.Headers.ETag!.ToString());
    }
}
