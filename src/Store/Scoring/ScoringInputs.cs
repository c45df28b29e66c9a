using System.Data.Common;
using Domain;
using Domain.Crowds;
using Domain.Forecasts;
using Domain.Questions;
using Domain.Resolutions;
using Domain.Scoring;
using Domain.Scoring.Generations;
using Domain.TrackRecords;
using Marten;
using Npgsql;
using Store.Reading;

namespace Store.Scoring;

/// <summary>Collects the inputs of a question's scoring in addition to its own forecasts.</summary>
public static class ScoringInputs
{
    /// <summary>The current inputs of the question's scoring.</summary>
    /// <param name="session">The session to read through.</param>
    /// <param name="question">The question.</param>
    /// <param name="outcome">Its outcome, as text.</param>
    /// <param name="knownAt">When that was known.</param>
    /// <param name="timelines">Everybody's forecasts on it.</param>
    /// <param name="upto">The sequence of the last generation of other questions that counts; null for all that are committed.</param>
    /// <param name="token">Ends the read.</param>
    public static async Task<ScoringInput> ForAsync(
        IQuerySession session,
        Question question,
        string outcome,
        DateTimeOffset knownAt,
        IReadOnlyList<ForecastTimeline> timelines,
        long? upto,
        CancellationToken token
    )
    {
        var tag = question.Tags.Count > 0 && question.Options.Count > 0 ? question.Tags[0] : null;
        var scope = new RecordedScope(question.Slug, CrowdOf(timelines), tag ?? "", question.ClosesAt < knownAt ? question.ClosesAt : knownAt);
        var (records, _) = await ScoresOnRecord.GatherAsync(c => Query(session, c, token), session.DocumentStore.Options, scope, upto ?? long.MaxValue, token);
        return records.InputOf(ToScored(question, outcome, knownAt), question.Tags, timelines);
    }

    /// <summary>
    /// The inputs of an existing generation: its outcome, the question and the forecasts at the last event that it read, and what it took from other questions.
    /// For a generation from before this was noted, other questions as they stood when it was appended.
    /// </summary>
    public static async Task<ScoringInput> OfGenerationAsync(IQuerySession session, QuestionScored generation, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(generation);
        var steps = await ForecastLog.OnQuestionAsync(session, generation.Question, knownAt: null, token);
        var timelines = steps.Where(s => s.Sequence <= generation.LastEventRead).ToTimelines();
        var question = await QuestionAtAsync(session, generation.Question, generation.LastEventRead, token);
        var upto = generation.RestsOn ?? await GenerationLog.SequenceAsync(session, generation.Question, generation.Generation, token) - 1;
        return await ForAsync(session, question, generation.Outcome, generation.KnownAt, timelines, upto, token);
    }

    /// <summary>The question as it stood at an event.</summary>
    internal static async Task<Question> QuestionAtAsync(IQuerySession session, string slug, long sequence, CancellationToken token)
    {
        var key = StreamKeys.Question(slug);
        Question? question = null;
        foreach (var e in await session.Events.FetchStreamAsync(key, token: token))
        {
            if (question is null)
                question = Question.Drafted(key, (QuestionDrafted)e.Data);
            else if (e.Sequence <= sequence)
                question = question.After(e.Data);
        }

        return question ?? throw new InvalidOperationException($"There is no question '{slug}'.");
    }

    /// <summary>The question as the rules see it, with the outcome that stands.</summary>
    public static ResolvedQuestion ToScored(Question question, Resolution resolution)
    {
        ArgumentNullException.ThrowIfNull(resolution);
        return ToScored(question, resolution.Outcome, resolution.KnownAt);
    }

    /// <summary>The question as the rules see it.</summary>
    /// <exception cref="InvalidOperationException">The question cannot have this outcome.</exception>
    public static ResolvedQuestion ToScored(Question question, string outcome, DateTimeOffset knownAt) =>
        new(
            question.Slug,
            question.Type,
            question.Options.Count,
            question.Range,
            question.OpensAt,
            question.ClosesAt,
            knownAt,
            question.SpotAt,
            OutcomeText.Parse(question, OutcomeText.OfRecord(question, outcome, knownAt))
                ?? throw new InvalidOperationException($"'{outcome}' is no outcome of {question.Slug}."),
            OutcomeText.Parse(question, question.StatusQuo)
        );

    /// <summary>The scores of persons and bots on questions whose outcome was known before <paramref name="before"/>, by their latest generations.</summary>
    public static async Task<IReadOnlyList<EarlierScore>> EarlierScoresAsync(
        IQuerySession session,
        Question question,
        DateTimeOffset before,
        IReadOnlyList<ForecastTimeline> timelines,
        CancellationToken token
    )
    {
        var scope = new RecordedScope(question.Slug, CrowdOf(timelines), Tag: "", before);
        var (records, _) = await ScoresOnRecord.GatherAsync(c => Query(session, c, token), session.DocumentStore.Options, scope, long.MaxValue, token);
        return records.ScoresOf(timelines, question.OpensAt, before);
    }

    private static string[] CrowdOf(IReadOnlyList<ForecastTimeline> timelines) =>
        [.. timelines.Where(t => Crowd.Counts(t.Kind)).Select(t => t.Forecaster).Distinct(StringComparer.Ordinal)];

    private static async Task<DbDataReader> Query(IQuerySession session, NpgsqlCommand command, CancellationToken token) =>
        await session.ExecuteReaderAsync(command, token);
}
