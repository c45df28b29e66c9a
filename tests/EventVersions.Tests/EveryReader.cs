using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Domain;
using Domain.Forecasts;
using Domain.People;
using Domain.Questions;
using Domain.Scoring;
using JasperFx.Events;
using Marten;
using PostgresServer;
using Store.Events;
using Store.GroupCommit;
using Store.Reading;
using Store.Scoring;
using Store.Views;

namespace EventVersions.Tests;

/// <summary>What each reader of events says about a question, as text.</summary>
internal static class EveryReader
{
    private static readonly DateTimeOffset Late = new(2100, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly string[] Views = ["questions", "score_rows", "forecasters", "forecast_steps", "outcome_claims", "generations", "imported_steps"];

    public static async Task<IReadOnlyDictionary<string, string>> ReadAsync(TestStore test, string slug, CancellationToken token)
    {
        await using var session = test.Store.QuerySession();
        await using var connection = await test.Source.OpenConnectionAsync(token);
        await using var appender = new ForecastAppender(test.Store, test.Database.ConnectionString);
        var export = new ExportReader(test.Source, test.Store);
        var everything = new ExportFilter(null, null, null, null, null, null);
        var (ana, scored) = (
            StreamKeys.Forecast(new QuestionSlug(slug), new ForecasterName("ana")),
            (await GenerationLog.FindAsync(session, slug, null, token))!.Value.Scored
        );
        var input = await ScoringInputs.OfGenerationAsync(session, scored, token);
        var waiting = await new PendingScorings(test.Source, test.Store).ReadAsync([slug], sortedByBytes: false, token);
        await using var then = await new ScoreViewReader(test.Source).OpenAsync(new PointInTime(KnownAt: Late), token);
        return new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["audit"] = Text(await AuditLog.PageAsync(session, new AuditFilter(null, null, null, null, null, null), 0, 100, token)),
            ["live feed and webhooks"] = Text(await RecordedEvents.BetweenAsync(session, 0, long.MaxValue, 100, token)),
            ["aggregation of a forecast"] = Text((await session.Events.AggregateStreamAsync<Forecast>(ana, token: token))!),
            ["aggregation of a first step"] = Text((await session.Events.AggregateStreamAsync<Forecast>(ana, version: 1, token: token))!),
            ["aggregation of a question"] = Text((await session.Events.AggregateStreamAsync<Question>(StreamKeys.Question(slug), token: token))!),
            ["group commit"] = Lines(
                (await appender.ReadAsync([ana, StreamKeys.Forecast(new QuestionSlug(slug), new ForecasterName("bea"))])).Values.OrderBy(f => f.Id).Select(Text)
            ),
            ["history"] = Lines((await ForecastLog.HistoryAsync(session, new QuestionSlug(slug), new ForecasterName("ana"), null, token)).Select(Text)),
            ["forecasts on a question"] = Lines((await ForecastLog.OnQuestionAsync(session, slug, null, token)).Select(Text)),
            ["standing forecasts"] = Lines((await ForecastLog.StandingAsync(session, slug, Late, null, "", 10, token)).Select(Text)),
            ["standing forecasts of one"] = Lines(
                (await ForecastLog.StandingOfAsync(session, new ForecasterName("bea"), Late, null, null, 10, token)).Steps.Select(s => Text(s.Step))
            ),
            ["imported steps"] = Text((await ForecastLog.ImportedAsync(session, slug, token)).Of("bea", Domain.People.ForecasterKind.Person, 100, Late)),
            ["export of questions"] = Lines(await export.QuestionsAsync(everything, token).Select(q => Text(q.Question)).ToListAsync(token)),
            ["export of earlier questions"] = Lines(
                await export.QuestionsAsync(everything with { KnownAt = Late }, token).Select(q => Text(q.Question)).ToListAsync(token)
            ),
            ["export of forecasts"] = Lines(await export.ForecastsAsync(everything, token).Select(f => Text(f.Step!)).ToListAsync(token)),
            ["export of outcomes"] = Lines(await export.OutcomesAsync(everything, token).Select(o => Text(o.Event)).ToListAsync(token)),
            ["export of scores"] = Lines(await export.ScoresAsync(everything, token).SelectMany(s => s.Rows.Select(Text)).ToListAsync(token)),
            ["generations"] = Lines((await GenerationLog.HeadsAsync(session, slug, new PointInTime(AsOf: Late), token)).Select(Text)),
            ["rows of a generation"] = Lines(scored.Rows.Select(Text)),
            ["claims"] = Lines((await OutcomeClaims.OfAsync(session, slug, token)).Select(Text)),
            ["inputs of a scoring"] = Text(input.Question) + Timelines(input.Forecasts),
            ["inputs of scorings together"] = Text(waiting[slug].Question) + Timelines(waiting[slug].Forecasts) + Text(waiting[slug].Latest!),
            ["dependents"] = $"{(await Dependents.OfAsync(connection, test.Store.Options, 0, long.MaxValue, token)).Count} questions",
            ["records of others"] = Text(
                await ScoringInputs.EarlierScoresAsync(
                    session,
                    waiting["q"].Question with
                    {
                        Slug = "other",
                        OpensAt = Late,
                    },
                    Late,
                    waiting[slug].Forecasts,
                    token
                )
            ),
            ["boards of earlier"] = Lines((await then.RecordsAsync(new ScoreFilter(), null, null, ImportedScope.Include, null, token)).Select(Record)),
            ["rows of earlier"] = Lines((await then.RowsAsync("bea", new ScoreFilter(), ImportedScope.Include, "", 10, token)).Select(Text)),
            ["views"] = await ViewsAsync(test),
            ["documents"] = await test.Database.ScalarAsync<string>("select string_agg(data::text, '|' order by id) from forecasts.mt_doc_question"),
        };
    }

    /// <summary>The rows of every view.</summary>
    public static async Task<string> ViewsAsync(TestStore test)
    {
        var rows = new List<string>();
        foreach (var view in Views)
            rows.Add(await test.Database.ScalarAsync<string>($"select coalesce(string_agg(t::text, '|' order by t::text), '') from forecasts.view_{view} t"));
        return Lines(rows);
    }

    private static string Text(IReadOnlyList<IEvent> events) => Lines(events.Select(e => EventJson.WriteText(e.Data)));

    private static readonly JsonSerializerOptions WithScores = new() { Converters = { new ScoreKeyNames() } };

    private static string Text(object value) => JsonSerializer.Serialize(value, value.GetType(), WithScores);

    private static string Record(ScoredRecord record) => Text(record.Question) + Timelines(record.Timelines);

    private static string Timelines(IEnumerable<ForecastTimeline> timelines) =>
        Lines(timelines.SelectMany(t => t.Steps.Select(s => $"{t.Forecaster} {t.Kind} {s.MadeAt:O} {Prediction(s.Prediction)}")));

    private static string Prediction(Prediction? prediction) =>
        prediction is Prediction.Categorical categorical
            ? string.Join(' ', categorical.Probabilities.Select(p => p.ToString("R", CultureInfo.InvariantCulture)))
            : "";

    private static string Lines(IEnumerable<string> lines) => string.Join('\n', lines);

    /// <summary>Writes the key of a score as its name.</summary>
    private sealed class ScoreKeyNames : JsonConverter<ScoreKey>
    {
        public override ScoreKey Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException();

        public override void Write(Utf8JsonWriter writer, ScoreKey value, JsonSerializerOptions options) => writer.WriteStringValue(value.Name);

        public override void WriteAsPropertyName(Utf8JsonWriter writer, ScoreKey value, JsonSerializerOptions options) => writer.WritePropertyName(value.Name);
    }
}
