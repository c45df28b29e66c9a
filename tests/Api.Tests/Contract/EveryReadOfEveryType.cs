using System.Net;
using System.Text.Json;
using Api.Tests.Importing;
using Domain.Scoring;
using static Api.Tests.RunningApi;

namespace Api.Tests;

/// <summary>A service with questions of every type in every state: resolved, open, annulled, and without a forecast.</summary>
public sealed class QuestionsOfEveryType : RunningApi
{
    internal static readonly (string Type, string Options, string Range, string Open, string[] First, string[] Then, string Outcome)[] Types =
    [
        ("binary", "", ",", "", ["0.6,,"], ["0.8,,"], "yes"),
        ("multipleChoice", "a|b|c", ",", "", ["0.2,a,", "0.5,b,", "0.3,c,"], ["0.1,a,", "0.6,b,", "0.3,c,"], "b"),
        ("ordered", "low|mid|high", ",", "", ["0.2,low,", "0.5,mid,", "0.3,high,"], ["0.1,low,", "0.6,mid,", "0.3,high,"], "mid"),
        ("numeric", "", "0,100", "upper", ["0.1,,20", "0.5,,40", "0.9,,90"], ["0.25,,30", "0.75,,60"], "42"),
        ("date", "", "2024-06-01,2025-06-01", "", ["0.1,,2024-07-01", "0.5,,2024-10-01", "0.9,,2025-03-01"], ["0.5,,2024-09-01"], "2024-09-15"),
    ];

    private static readonly string[] States = ["resolved", "open", "annulled", "silent", "partial"];

    public List<string> Slugs { get; } = [];

    /// <summary>The id of an import.</summary>
    public string Imported { get; private set; } = "";

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        List<string> questions = ["question,title,type,opens_at,closes_at,options,range_min,range_max,range_open,tags"];
        List<string> forecasts = ["question,forecaster,made_at,probability,option,value"];
        List<string> outcomes = ["question,outcome,known_at,source"];
        foreach (var (type, options, range, open, first, then, outcome) in Types)
        {
            foreach (var state in States.Where(s => s != "partial" || Partial(type) is not null))
            {
                var slug = $"{type.ToLowerInvariant()}-{state}";
                Slugs.Add(slug);
                questions.Add(
                    $"{slug},A {type} question,{type},2024-01-01T00:00:00Z,{(state is "open" or "silent" ? "2100-01-01" : "2024-03-01")}T00:00:00Z,"
                        + $"{options},{range},{open},{type}"
                );
                if (state is "resolved" or "annulled" or "partial")
                    outcomes.Add($"{slug},{(state == "annulled" ? "annulled" : state == "partial" ? Partial(type) : outcome)},2024-02-20T00:00:00Z,the gauge");
                if (state == "silent")
                    continue;
                forecasts.AddRange(first.Select(f => $"{slug},ann,2024-01-05T00:00:00Z,{f}"));
                forecasts.AddRange(then.Select(f => $"{slug},ann,2024-01-25T00:00:00Z,{f}"));
                forecasts.AddRange(then.Select(f => $"{slug},ben,2024-01-10T00:00:00Z,{f}"));
            }
        }

        foreach (var (kind, lines) in new[] { ("questions", questions), ("forecasts", forecasts), ("outcomes", outcomes) })
        {
            var import = await this.ImportAsync(kind, string.Join('\n', lines) + "\n");
            Assert.Empty(import.Errors());
            Imported = import.GetProperty("id").GetString()!;
        }

        await SettledAsync();
    }

    /// <summary>An outcome by degrees, as a cell; null where the type has no options to hold by degrees.</summary>
    private static string? Partial(string type) =>
        type switch
        {
            "binary" => "0.63",
            "multipleChoice" => "\"{\"\"a\"\":0.5,\"\"b\"\":0.5}\"",
            "ordered" => "\"{\"\"low\"\":0.25,\"\"mid\"\":0.75}\"",
            _ => null,
        };
}

/// <summary>Every read that the API's description has, and every picture, of questions of every type in every state.</summary>
public sealed class EveryReadOfEveryType(QuestionsOfEveryType api) : IClassFixture<QuestionsOfEveryType>
{
    private static readonly string[] Forecasters = ["ann", "ben", "consensus:median", "reference:uniform", "nobody"];

    [Fact]
    public async Task Is_answered_or_refused_as_described_and_never_fails()
    {
        var read = 0;
        foreach (var operation in api.Contract.Operations.Where(o => o.Method == "GET"))
        {
            var types = operation.Json["responses"]?["200"]?["content"]?.AsObject().Select(c => c.Key).ToArray() ?? [];
            if (types is ["text/event-stream"])
                continue;
            foreach (var path in Paths(operation.Path))
            {
                // Pages have tests of their own. The pixels are of the same drawing as the lines, and cost by far the most: of each picture those of resolved
                // questions are asked for.
                foreach (var accept in types.Where(t => t is not ("text/event-stream" or "text/html") && (t != "image/png" || IsDrawnInPixels(path))))
                {
                    using var response = await AskAsync(path, accept);
                    await HoldsAsync(response, path, accept);
                    read++;
                }
            }
        }

        Assert.True(read > 300, $"{read} reads");
        Assert.Equal(3, api.Slugs.Count(s => s.EndsWith("-partial", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_picture_of_what_is_never_drawn_is_refused_with_the_forms_that_there_are()
    {
        foreach (var operation in api.Contract.Operations.Where(o => o.Method == "GET" && o.Json["security"] is not null))
        {
            var types = operation.Json["responses"]?["200"]?["content"]?.AsObject().Select(c => c.Key).ToArray() ?? [];
            if (types.Contains("image/png") || types is ["text/event-stream"])
                continue;
            var path = Paths(operation.Path).First();
            foreach (var accept in new[] { "image/svg+xml", "image/png" })
            {
                using var response = await AskAsync(path, accept);
                Assert.True(response.StatusCode == HttpStatusCode.NotAcceptable, $"{path} as {accept}: {(int)response.StatusCode}");
                var detail = (await Json(response, HttpStatusCode.NotAcceptable)).GetProperty("detail").GetString()!;
                Assert.All(types, t => Assert.Contains(t, detail, StringComparison.Ordinal));
            }

            using var anything = await AskAsync(path, "*/*");
            using var nothing = await AskAsync(path, null);
            Assert.All(new[] { anything, nothing }, r => Assert.NotEqual(HttpStatusCode.NotAcceptable, r.StatusCode));
        }
    }

    [Theory]
    [InlineData("numeric", "crps")]
    [InlineData("numeric", "crps.final")]
    [InlineData("date", "crps.dailyAveraged")]
    [InlineData("numeric", "pinball")]
    [InlineData("date", "pinball.timeAveraged")]
    [InlineData("date", "pinball.final")]
    public async Task Distributions_have_a_board_and_a_comparison(string type, string rule)
    {
        var board = await api.GetAsync($"/leaderboard?rule={rule}&type={type}");
        Assert.Equal("ok", board.GetProperty("status").GetString());
        Assert.Equal("consensus:median", board.GetProperty("reference").GetString());
        Assert.Subset(
            board.GetProperty("items").EnumerateArray().Select(i => i.GetProperty("forecaster").GetString()).ToHashSet(),
            new HashSet<string?> { "ann", "ben", "consensus:median" }
        );

        var comparison = await api.GetAsync($"/analysts/ann/compare/ben?rule={rule}&type={type}");
        Assert.Equal(1, comparison.GetProperty("questions").GetInt32());
        Assert.True(comparison.GetProperty("meanA").GetDouble() >= 0);
    }

    [Fact]
    public async Task What_distributions_cannot_be_asked_is_left_out_and_counted()
    {
        var updating = await api.GetAsync("/analysts/ann/updating");
        Assert.Equal(9, updating.GetProperty("questions").GetInt32());
        Assert.Equal(4, updating.GetProperty("leftOut").GetProperty("questions").GetInt32());
        Assert.Contains("quantiles", updating.GetProperty("leftOut").GetProperty("reason").GetString()!, StringComparison.Ordinal);

        var numbers = await api.GetAsync("/analysts/ann/updating?type=numeric");
        Assert.Equal(
            (0, "noData", 2),
            (
                numbers.GetProperty("questions").GetInt32(),
                numbers.GetProperty("status").GetString(),
                numbers.GetProperty("leftOut").GetProperty("questions").GetInt32()
            )
        );

        foreach (var url in new[] { "/analysts/ann/calibration", "/calibration", "/analysts/consensus:median/calibration" })
        {
            var calibration = await api.GetAsync(url);
            // Of numbers and dates one each, of outcomes by degrees one of each of three types.
            Assert.Equal([2, 3], calibration.GetProperty("leftOut").EnumerateArray().Select(l => l.GetProperty("questions").GetInt32()).Order());
        }

        Assert.StartsWith(
            "No question is left: 1 of numbers or dates",
            (await api.GetAsync("/calibration?type=date")).GetProperty("reason").GetString()!,
            StringComparison.Ordinal
        );
    }

    private async Task<HttpResponseMessage> AskAsync(string path, string? accept)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (accept is not null)
            request.Headers.TryAddWithoutValidation("Accept", accept);
        return await api.Owner.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    private static async Task HoldsAsync(HttpResponseMessage response, string path, string accept)
    {
        var status = (int)response.StatusCode;
        var where = $"{path} as {accept}: {status}";
        Assert.True(status < 500, $"{where} {await response.Content.ReadAsStringAsync()}");
        var type = response.Content.Headers.ContentType?.MediaType;
        Assert.True(type == (status < 300 ? accept : "application/problem+json"), $"{where} came as {type}");
        var body = await response.Content.ReadAsByteArrayAsync();
        if (type == "image/png")
            Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], body[..4]);
        if (type == "image/svg+xml")
            System.Xml.Linq.XDocument.Parse(System.Text.Encoding.UTF8.GetString(body));
        if (type == "application/json")
            JsonDocument.Parse(body);
    }

    private static bool IsDrawnInPixels(string path) =>
        path.StartsWith("/questions/", StringComparison.Ordinal)
            ? path.Contains("-resolved", StringComparison.Ordinal) && !path.Contains("method=", StringComparison.Ordinal)
                || path.Contains("method=median", StringComparison.Ordinal)
            : path.Contains("type=", StringComparison.Ordinal) && !path.Contains("consensus", StringComparison.Ordinal);

    private IEnumerable<string> Paths(string path)
    {
        IEnumerable<string> paths = [path];
        foreach (var part in path.Split('/', '.').Where(p => p.StartsWith('{')))
        {
            string[] values = part switch
            {
                "{slug}" => [.. api.Slugs, "no-such-question"],
                "{analyst}" or "{a}" => Forecasters,
                "{b}" => ["ben", "consensus:median"],
                _ => ["1"],
            };
            paths = paths.SelectMany(p => values.Select(v => p.Replace(part, v, StringComparison.Ordinal))).ToList();
        }

        string[] queries = path switch
        {
            "/leaderboard" or "/analysts/{a}/compare/{b}" =>
            [
                .. Domain.Scoring.ScoreKey.All.Select(k => $"?rule={k}"),
                .. QuestionsOfEveryType.Types.Select(t => $"?type={t.Type}"),
            ],
            "/calibration" or "/analysts/{analyst}/calibration" =>
            [
                .. QuestionsOfEveryType.Types.SelectMany(t => new[] { $"?type={t.Type}", $"?type={t.Type}&picture=murphy" }),
            ],
            "/analysts/{analyst}/updating" or "/analysts/{analyst}/scores" => ["", .. QuestionsOfEveryType.Types.Select(t => $"?type={t.Type}")],
            "/questions/{slug}/consensus" or "/questions/{slug}/consensus/history" => [.. Domain.Consensus.ConsensusMethods.All.Select(m => $"?method={m}")],
            _ => [""],
        };
        // Of comparisons each score once; who is compared matters little to it.
        if (path == "/analysts/{a}/compare/{b}")
            paths = paths.Where(p => p.Contains("/ann/", StringComparison.Ordinal));
        return paths.SelectMany(p => queries.Select(q => p + q));
    }
}
