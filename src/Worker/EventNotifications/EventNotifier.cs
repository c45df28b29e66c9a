using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Domain;
using Domain.Forecasts;
using Domain.People;
using Domain.Questions;
using Domain.Resolutions;
using Domain.Scoring.Generations;
using JasperFx.Events;
using Marten;

namespace Worker.EventNotifications;

/// <summary>Turns events into notifications in the words of the API. Whoever follows a tag is told when a question loses it.</summary>
public sealed class EventNotifier
{
    private const int MostKept = 20_000;

    private static readonly HashSet<string> Announced = [.. EventNotificationFilter.AllTypes];

    // What a notification needs from a question changes by an edit alone, and where an import names the options.
    private readonly ConcurrentDictionary<string, Subject> _subjects = new(StringComparer.Ordinal);

    /// <summary>The notifications of the announced events, in their order.</summary>
    public async Task<IReadOnlyList<EventNotification>> NotificationsAsync(IQuerySession session, IReadOnlyList<IEvent> events, CancellationToken token)
    {
        var announced = events.Where(e => Announced.Contains(e.Data.GetType().Name)).Select(e => (Event: e, Question: QuestionOf(e))).ToList();
        foreach (var (_, question) in announced.Where(a => a.Event.Data is QuestionEdited or OptionsNamed))
            _subjects.TryRemove(question, out _);
        await KnowAsync(session, announced.Select(a => a.Question), token);
        return [.. announced.Select(a => Announce(a.Event, a.Question, _subjects.GetValueOrDefault(a.Question, Subject.Unknown)))];
    }

    private static string QuestionOf(IEvent e) => e.StreamKey!.Split('/')[1];

    private static EventNotification Announce(IEvent e, string question, Subject subject)
    {
        var (analyst, data) = e.Data switch
        {
            ForecastSubmitted s => ((ForecasterName?)s.Analyst, Forecast(s with { Statement = new Statement() }, s.Statement, subject)),
            ForecastRevised r => ((ForecasterName?)r.Analyst, Forecast(r with { Statement = new Statement() }, r.Statement, subject)),
            ForecastRevealed r => ((ForecasterName?)r.Analyst, Forecast(r with { Statement = new Statement() }, r.Statement, subject)),
            ForecastWithdrawn w => ((ForecasterName?)w.Analyst, Forecast(w, null, subject)),
            ForecastExpired x => ((ForecasterName?)x.Analyst, Forecast(x, null, subject)),
            QuestionScored s => ((ForecasterName?)null, Scoring(s)),
            _ => ((ForecasterName?)null, Json(e.Data)),
        };
        // The slug is not repeated, and an outcome is a number or an object of degrees where the contract requires it.
        data.Remove("question");
        if (data["outcome"] is { } outcome && OutcomeNode.Of(subject.Type, outcome.ToString()) is { } node)
            data["outcome"] = node;

        return new EventNotification(
            e.Sequence,
            e.Id,
            e.Data.GetType().Name,
            new QuestionSlug(question),
            analyst,
            e.Timestamp.ToUniversalTime(),
            e.UserName,
            e.Data is QuestionEdited { Before.Tags: { } before } ? [.. before.Union(subject.Tags)] : subject.Tags,
            data
        );
    }

    private static JsonObject Forecast(object e, Statement? statement, Subject subject)
    {
        var data = Json(e);
        data.Remove("analyst");
        data.Remove("statement");
        if (statement?.Verbal is { } verbal)
            data["term"] = verbal.Term;
        if (statement?.Probability is { } p)
            data["probability"] = p;
        if (statement?.Probabilities is { } ps && subject.Type?.IsYesOrNo() == true)
            data["probability"] = ps[0];
        else if (statement?.Probabilities is { } stated)
            data["probabilities"] = new JsonObject(subject.Options.Zip(stated, (o, x) => KeyValuePair.Create(o, (JsonNode?)x)));
        if (statement?.Seal is { } seal)
            data["seal"] = seal;
        if (statement?.RevealedAt is { } revealedAt)
            data["revealedAt"] = JsonSerializer.SerializeToNode(revealedAt, EventNotificationJson.Options);
        if (statement?.Quantiles is { } quantiles)
        {
            data["quantiles"] = new JsonArray([
                .. quantiles.Select(q => new JsonObject
                {
                    ["p"] = q.Level,
                    ["value"] = subject.Type?.CountsDays() == true ? OutcomeText.FormatDay(q.Value) : q.Value,
                }),
            ]);
        }

        return data;
    }

    private static JsonObject Scoring(QuestionScored scored)
    {
        var data = Json(scored with { Rows = [] });
        data.Remove("rows");
        data["forecasters"] = scored.Rows.Count;
        return data;
    }

    private static JsonObject Json(object e) => JsonSerializer.SerializeToNode(e, e.GetType(), EventNotificationJson.Options)!.AsObject();

    private async Task KnowAsync(IQuerySession session, IEnumerable<string> questions, CancellationToken token)
    {
        var unknown = questions.Where(q => !_subjects.ContainsKey(q)).Distinct(StringComparer.Ordinal).Select(StreamKeys.Question).ToArray();
        if (unknown.Length == 0)
            return;
        if (_subjects.Count > MostKept)
            _subjects.Clear();
        foreach (var q in await session.LoadManyAsync<Question>(token, unknown))
            _subjects[q.Slug] = new Subject(q.Type, q.Options, q.Tags);
    }

    private sealed record Subject(QuestionType? Type, IReadOnlyList<string> Options, IReadOnlyList<string> Tags)
    {
        public static Subject Unknown { get; } = new(null, [], []);
    }
}
