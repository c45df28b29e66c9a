using System.Runtime.CompilerServices;
using Domain;
using Domain.Comparison;
using Domain.Forecasts;
using Domain.Questions;
using Domain.Resolutions;
using Domain.Scoring;
using Domain.Scoring.Generations;
using JasperFx.Events;
using Marten;
using Npgsql;
using Store.Events;

namespace Store.Reading;

/// <summary>A question, with the event that began it.</summary>
/// <param name="Question">The question as it stands, or as it stood.</param>
/// <param name="EventId">The id of the event that began it.</param>
/// <param name="RecordedAt">When that event was recorded, UTC.</param>
public sealed record ExportedQuestion(Question Question, Guid EventId, DateTimeOffset RecordedAt);

/// <summary>A step of a forecast with the question that it is on.</summary>
/// <param name="Question">The question as it stands, without its long texts.</param>
/// <param name="Step">The event's data. A submission is given as the revision with the same contents.</param>
/// <param name="Withdrawal">The withdrawal, where the step is one.</param>
/// <param name="EventId">The id of the step's event.</param>
/// <param name="RecordedAt">When it was recorded, UTC.</param>
/// <param name="OutcomeKnownAt">From when the question's outcome is known; null where it has none.</param>
public sealed record ExportedForecast(
    Question Question,
    ForecastRevised? Step,
    ForecastWithdrawn? Withdrawal,
    Guid EventId,
    DateTimeOffset RecordedAt,
    DateTimeOffset? OutcomeKnownAt
)
{
    /// <summary>Whether the step came from a file that was recorded after the outcome was known.</summary>
    public bool AfterOutcome => (Step?.Imported ?? Withdrawal?.Imported ?? false) && RecordedAt > OutcomeKnownAt;
}

/// <summary>An event about a question's outcome.</summary>
/// <param name="Question">The question as it stands.</param>
/// <param name="Event">The event.</param>
/// <param name="EventId">Its id.</param>
/// <param name="RecordedAt">When it was recorded, UTC.</param>
public sealed record ExportedOutcome(Question Question, object Event, Guid EventId, DateTimeOffset RecordedAt);

/// <summary>A generation of scores with the selected rows.</summary>
/// <param name="Scored">The generation.</param>
/// <param name="Rows">The selected rows.</param>
/// <param name="MarkOf">Whether a row rests on a step that came from a file.</param>
/// <param name="EventId">The id of the generation's event.</param>
/// <param name="RecordedAt">When it was recorded, UTC.</param>
public sealed record ExportedScores(
    QuestionScored Scored,
    IReadOnlyList<ScoreRow> Rows,
    Func<ScoreRow, ImportedMark> MarkOf,
    Guid EventId,
    DateTimeOffset RecordedAt
);

/// <summary>
/// Reads exports with one page in memory at a time. The contents of an export are fixed when it begins. Neither a connection nor a snapshot is held while its
/// reader processes a page.
/// </summary>
public sealed class ExportReader(NpgsqlDataSource database, IDocumentStore store)
{
    private const int PageSize = 500;
    private const int GenerationsAtOnce = 20;
    private const int MostQuestions = 50_000;

    private static readonly Type[] Drafts = [typeof(QuestionDrafted)];

    private readonly ExportedEvents _events = new(database);

    /// <summary>Every question as it stands, or as it stood. They come in the order of recording, so a question comes after the one it depends on.</summary>
    public async IAsyncEnumerable<ExportedQuestion> QuestionsAsync(ExportFilter filter, [EnumeratorCancellation] CancellationToken token)
    {
        foreach (var places in (await _events.OnQuestionsAsync(filter, await TaggedAsync(filter, token), Drafts, token)).Chunk(PageSize))
        {
            var page = await _events.AtAsync(places, withData: false, token);
            var questions = await QuestionsAsync(page.Select(e => StreamKeys.SlugOf(e.Stream)), filter.KnownAt, token);
            foreach (var e in page)
            {
                if (questions.TryGetValue(StreamKeys.SlugOf(e.Stream), out var question) && filter.Covers(question.OpensAt))
                    yield return new ExportedQuestion(question, e.Id, e.At);
            }
        }
    }

    /// <summary>Every step of every forecast, in the order in which they were made.</summary>
    public async IAsyncEnumerable<ExportedForecast> ForecastsAsync(ExportFilter filter, [EnumeratorCancellation] CancellationToken token)
    {
        var questions = new Dictionary<string, (Question Question, DateTimeOffset? KnownAt)>(StringComparer.Ordinal);
        foreach (var places in (await _events.OfForecastsAsync(filter, await TaggedAsync(filter, token), EventGroups.Steps, token)).Chunk(PageSize))
        {
            var page = await _events.AtAsync(places, withData: true, token);
            if (questions.Count > MostQuestions)
                questions.Clear();
            var missing = page.Select(Slug).Where(s => !questions.ContainsKey(s));
            foreach (var (slug, question) in await QuestionsAsync(missing, null, token))
            {
                questions[slug] = (
                    question with
                    {
                        Title = "",
                        Background = "",
                        ResolutionCriteria = "",
                        Clarifications = [],
                        Evidence = [],
                        Resolution = null,
                    },
                    question.Resolution?.KnownAt
                );
            }

            foreach (var e in page)
            {
                var step = EventJson.ReadStep(e.Type, e.Data);
                var (question, knownAt) = questions[Slug(e)];
                yield return new ExportedForecast(question, step as ForecastRevised, step as ForecastWithdrawn, e.Id, e.At, knownAt);
            }
        }

        static string Slug(EventHead e) => e.Stream.Split('/')[1];
    }

    /// <summary>
    /// Everything that was ever confirmed, corrected, annulled or taken back, in the order in which it was logged. Events that follow from a condition are left
    /// out, because an import produces them again: an annulment after the condition failed, its end when the condition holds after all, and the outcome that
    /// then stands again.
    /// </summary>
    public async IAsyncEnumerable<ExportedOutcome> OutcomesAsync(ExportFilter filter, [EnumeratorCancellation] CancellationToken token)
    {
        var revived = new HashSet<(string Stream, long Version)>();
        foreach (var places in (await _events.OnQuestionsAsync(filter, await TaggedAsync(filter, token), EventGroups.Claims, token)).Chunk(PageSize))
        {
            IReadOnlyList<IEvent> page;
            await using (var session = store.QuerySession())
            {
                page = await session.Events.QueryAllRawEvents().Where(e => e.Sequence.IsOneOf(places)).OrderBy(e => e.Sequence).ToListAsync(token);
            }

            var questions = await QuestionsAsync(page.Select(e => StreamKeys.SlugOf(e.StreamKey!)), null, token);
            foreach (var e in page)
            {
                switch (e.Data)
                {
                    case QuestionAnnulled { FailedCondition: not null }:
                    case QuestionResolved when revived.Remove((e.StreamKey!, e.Version)):
                        continue;
                    case ResolutionTakenBack { TakenBackBy: var by } when StreamKeys.IsQuestion(by):
                        revived.Add((e.StreamKey!, e.Version + 1));
                        continue;
                }

                if (filter.Covers(KnownAt(e)))
                    yield return new ExportedOutcome(questions[StreamKeys.SlugOf(e.StreamKey!)], e.Data, e.Id, e.Timestamp);
            }
        }
    }

    /// <summary>The latest generation of each question's scores, by question. With an instant, the latest that was recorded by then.</summary>
    public async IAsyncEnumerable<ExportedScores> ScoresAsync(ExportFilter filter, [EnumeratorCancellation] CancellationToken token)
    {
        // A computed forecaster has scores on questions without having forecasts on them.
        var byForecasts = filter.Analyst is { } analyst && !ForecasterTimelines.IsComputed(analyst.Value);
        foreach (var slugs in (await _events.ScoredQuestionsAsync(filter, await TaggedAsync(filter, token), byForecasts, token)).Chunk(GenerationsAtOnce))
        {
            var imported = await _events.ImportedStepsAsync(slugs, token);
            foreach (var e in await _events.GenerationsAsync(slugs, filter.KnownAt, token))
            {
                var scored = EventJson.ReadScored(e.Data);
                if (!filter.Covers(scored.KnownAt))
                    continue;
                var marks = new ImportedMarks([.. imported[scored.Question]]);
                yield return new ExportedScores(
                    scored,
                    filter.Analyst is { } only ? [.. scored.Rows.Where(r => r.Forecaster == only.Value)] : scored.Rows,
                    row => marks.Of(row.Forecaster, row.Kind, scored.LastEventRead, scored.KnownAt),
                    e.Id,
                    e.At
                );
            }
        }
    }

    private static DateTimeOffset KnownAt(IEvent e) =>
        e.Data switch
        {
            IConfirmedOutcome o => o.KnownAt,
            ResolutionTakenBack { KnownAt: { } at } => at,
            _ => e.Timestamp,
        };

    private async Task<IReadOnlyDictionary<string, Question>> QuestionsAsync(IEnumerable<string> slugs, DateTimeOffset? knownAt, CancellationToken token)
    {
        await using var session = store.QuerySession();
        return await QuestionsThen.LoadAsync(session, slugs, knownAt, token);
    }

    private async Task<IReadOnlyCollection<string>?> TaggedAsync(ExportFilter filter, CancellationToken token)
    {
        if (filter.Tag is not { } tag)
            return null;
        await using var session = store.QuerySession();
        return await QuestionsThen.TaggedAsync(session, tag, filter.KnownAt, token);
    }
}
