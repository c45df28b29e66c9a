using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Nodes;
using Api.Authorization;
using Api.Pipeline;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace Api.Agents;

/// <summary>A point of a forecast on a numeric or a date question.</summary>
public sealed record QuantileArgument(
    [property: Description("The level, from 0 to 1: the probability that the outcome is at most the value.")] double P,
    [property: Description("The value: a number, or on a date question a date such as 2027-06-05.")] JsonElement Value
);

/// <summary>
/// What an agent can do: find questions, read them, forecast, and see how it did. Each tool asks the endpoints that people use, under the
/// agent's token, so that it meets the same rights, rules and refusals.
/// </summary>
[McpServerToolType]
public sealed class AgentTools(IHttpContextAccessor requests, InProcessRequests inner)
{
    /// <summary>The tool whose description goes on with which scores there are; see <see cref="ScoreTexts"/>.</summary>
    public const string ReadMyScores = "read_my_scores";

    private HttpContext Http => requests.HttpContext ?? throw new InvalidOperationException("A tool is called over HTTP.");

    [McpServerTool(Name = "find_questions", Title = "Find questions", ReadOnly = true, OpenWorld = false)]
    [Description(
        "Lists forecasting questions, a page at a time, with their resolution criteria, closing times and options. Answers {items, next}; pass next "
            + "as cursor for the following page."
    )]
    public Task<CallToolResult> FindQuestionsAsync(
        [Description("Words that the title contains.")] string? text = null,
        [Description("draft, open, closed, proposed, resolved or annulled. Only open questions take forecasts.")] string status = "open",
        [QuestionTypeName] string? type = null,
        [Description("A tag that the question carries.")] string? tag = null,
        [Description("How many, 1 to 100.")] int limit = 20,
        [Description("The next of the page before.")] string? cursor = null
    ) =>
        AnswerAsync(
            "GET",
            "/questions",
            query: new()
            {
                ["q"] = text,
                ["status"] = status,
                ["type"] = type,
                ["tag"] = tag,
                ["limit"] = Math.Clamp(limit, 1, 100).ToString(System.Globalization.CultureInfo.InvariantCulture),
                ["cursor"] = cursor,
            }
        );

    [McpServerTool(Name = "read_question", Title = "Read a question", ReadOnly = true, OpenWorld = false)]
    [Description(
        "Reads one question with its criteria, clarifications and logged evidence, what the crowd says now (consensus; a median unless a method is "
            + "named), and the history of your own forecast on it."
    )]
    public async Task<CallToolResult> ReadQuestionAsync(
        [Description("The question's slug, as find_questions gave it.")] string question,
        [ConsensusMethodName] string? method = null
    )
    {
        var asked = new Dictionary<string, string> { ["slug"] = question };
        var found = await inner.AskAsync(Http, "GET", "/questions/{slug}", asked);
        if (!found.Succeeded)
            return ToolResults.Of(found);
        var consensus = await inner.AskAsync(Http, "GET", "/questions/{slug}/consensus", asked, [new("method", method)]);
        if (!consensus.Succeeded)
            return ToolResults.Of(consensus);
        var own = await inner.AskAsync(
            Http,
            "GET",
            "/questions/{slug}/forecasts/{analyst}",
            new Dictionary<string, string> { ["slug"] = question, ["analyst"] = Http.Caller().Slug }
        );
        return ToolResults.Of(
            new JsonObject
            {
                ["question"] = Node(found),
                ["consensus"] = Node(consensus),
                ["yourForecast"] = own.Succeeded ? Node(own) : null,
            }
        );
    }

    [McpServerTool(
        Name = "submit_forecast",
        Title = "Submit or revise your forecast",
        ReadOnly = false,
        Destructive = false,
        Idempotent = false,
        OpenWorld = false
    )]
    [Description(
        "Puts your forecast on an open question, or revises the one that stands; every revision is kept and scored for the time in which it stood. "
            + "State exactly one of probability, term, probabilities, quantiles and seal."
    )]
    public Task<CallToolResult> SubmitForecastAsync(
        [Description("The question's slug.")] string question,
        [Description("On a binary question: the probability of yes, 0 to 1.")] double? probability = null,
        [Description("On a binary question: a likelihood in words, for example 'likely'.")] string? term = null,
        [VerbalScaleName] string? scale = null,
        [Description("On a question with options: a probability for each option, summing to 1.")] Dictionary<string, double>? probabilities = null,
        [Description("On a numeric or date question: points of your cumulative distribution, by rising level.")]
            IReadOnlyList<QuantileArgument>? quantiles = null,
        [Description("Why you think so. It is shown to others, and you can learn from it later.")] string? rationale = null,
        [Description("Sources that you rest on, for example addresses.")] IReadOnlyList<string>? evidence = null,
        [Description("RFC 3339 instant from which the forecast no longer stands, for example 2027-01-31T00:00:00Z.")] string? expiresAt = null,
        [Description(
            "A seal of what you reveal after the close by reveal_forecast: base64 of SHA-256(\"forecasts/sealed/v1\", a zero byte, a salt of 32 random bytes, "
                + "the statement as RFC 8785 JSON). Keep salt and statement. A seal that is never revealed is scored as a uniform forecast."
        )]
            string? seal = null
    )
    {
        var body = new JsonObject();
        void Add(string field, object? value)
        {
            if (value is not null)
                body[field] = JsonSerializer.SerializeToNode(value, JsonSerializerOptions.Web);
        }

        Add("probability", probability);
        Add("term", term);
        Add("scale", scale);
        Add("probabilities", probabilities);
        Add("quantiles", quantiles);
        Add("rationale", rationale);
        Add("evidence", evidence);
        Add("expiresAt", expiresAt);
        Add("seal", seal);
        return AnswerAsync("PUT", "/questions/{slug}/forecast", question, body: body);
    }

    [McpServerTool(
        Name = "reveal_forecast",
        Title = "Reveal your sealed forecast",
        ReadOnly = false,
        Destructive = false,
        Idempotent = true,
        OpenWorld = false
    )]
    [Description("Reveals what you sealed, from the question's close on. The same again changes nothing.")]
    public Task<CallToolResult> RevealForecastAsync(
        [Description("The question's slug.")] string question,
        [Description("The salt that the seal was made with, base64 of 32 bytes.")] string salt,
        [Description("The statement that was sealed, JSON: {\"probability\":0.7}, or with probabilities or quantiles.")] string statement
    )
    {
        JsonNode? sealedStatement;
        try
        {
            sealedStatement = JsonNode.Parse(statement);
        }
        catch (JsonException)
        {
            sealedStatement = JsonValue.Create(statement);
        }

        return AnswerAsync("POST", "/questions/{slug}/forecast/reveal", question, body: new JsonObject { ["salt"] = salt, ["statement"] = sealedStatement });
    }

    [McpServerTool(Name = "withdraw_forecast", Title = "Withdraw your forecast", ReadOnly = false, Destructive = true, Idempotent = false, OpenWorld = false)]
    [Description("Takes your standing forecast on a question back. Its history stays, and the time in which it stood is scored.")]
    public async Task<CallToolResult> WithdrawForecastAsync([Description("The question's slug.")] string question)
    {
        var answer = await inner.AskAsync(Http, "DELETE", "/questions/{slug}/forecast", new Dictionary<string, string> { ["slug"] = question });
        return answer.Succeeded ? ToolResults.Of(new JsonObject { ["question"] = question, ["withdrawn"] = true }) : ToolResults.Of(answer);
    }

    [McpServerTool(Name = ReadMyScores, Title = "Read your scores", ReadOnly = true, OpenWorld = false)]
    [Description("Lists your scores on the questions that were resolved, a page at a time, and how long of each question's life you had a forecast on it.")]
    public Task<CallToolResult> ReadMyScoresAsync(
        [Description("Only questions with this tag.")] string? tag = null,
        [Description("Only this rule, for example brier or peer.")] string? rule = null,
        [Description("How many, 1 to 100.")] int limit = 20,
        [Description("The next of the page before.")] string? cursor = null
    ) =>
        AnswerAsync(
            "GET",
            "/analysts/{analyst}/scores",
            values: new() { ["analyst"] = Http.Caller().Slug },
            query: new()
            {
                ["tag"] = tag,
                ["rule"] = rule,
                ["limit"] = Math.Clamp(limit, 1, 100).ToString(System.Globalization.CultureInfo.InvariantCulture),
                ["cursor"] = cursor,
            }
        );

    private async Task<CallToolResult> AnswerAsync(
        string method,
        string route,
        string? question = null,
        Dictionary<string, string>? values = null,
        Dictionary<string, string?>? query = null,
        object? body = null
    )
    {
        if (question is not null)
            values = new() { ["slug"] = question };
        return ToolResults.Of(await inner.AskAsync(Http, method, route, values, query, body));
    }

    private static JsonNode? Node(InProcessAnswer answer) => answer.Body is { } body ? JsonNode.Parse(body.GetRawText()) : null;
}
