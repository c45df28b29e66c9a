using Domain.Consensus;
using Domain.Forecasts;
using Domain.Questions;
using Domain.Resolutions;
using Domain.Scoring;
using Marten;
using Npgsql;
using Store.Forecasts;

namespace Store.Scores;

/// <summary>Gathers what scoring a question depends on beside its own forecasts.</summary>
public static class ScoringInputs
{
    /// <summary>What scoring the question depends on by now.</summary>
    /// <param name="session">The session to read through.</param>
    /// <param name="question">The question.</param>
    /// <param name="resolution">Its confirmed outcome.</param>
    /// <param name="timelines">Everybody's forecasts on it.</param>
    /// <param name="token">Ends the read.</param>
    public static async Task<ScoringInput> ForAsync(
        IQuerySession session, Question question, Resolution resolution, IReadOnlyList<ForecastTimeline> timelines, CancellationToken token)
    {
        var records = new EarlierRecords();
        await AddOutcomesAsync(records, session, question, token);
        await AddScoresAsync(records, session, question.Slug, question.ClosesAt, timelines, token);
        return records.InputOf(ToScored(question, resolution), question.Tags, timelines);
    }

    /// <summary>What a generation of the question's scores was computed from: its outcome, and the forecasts up to the last event that it read.</summary>
    public static async Task<ScoringInput> OfGenerationAsync(IQuerySession session, Question question, QuestionScored generation, CancellationToken token)
    {
        var steps = await ForecastLog.OnQuestionAsync(session, question.Slug, knownAt: null, token);
        var resolution = new Resolution(generation.Outcome, generation.KnownAt, "", [], "", "");
        return await ForAsync(session, question, resolution, steps.Where(s => s.Sequence <= generation.LastEventRead).ToTimelines(), token);
    }

    public static ScoredQuestion ToScored(Question question, Resolution resolution) => new(
        question.Slug,
        question.Type,
        question.Options.Count,
        question.Range,
        question.OpensAt,
        question.ClosesAt,
        resolution.KnownAt,
        question.SpotAt,
        OutcomeText.Parse(question, resolution.Outcome) ?? throw new InvalidOperationException($"'{resolution.Outcome}' is no outcome of {question.Slug}."),
        OutcomeText.Parse(question, question.StatusQuo));

    /// <summary>How persons and bots did on questions whose outcome was known before <paramref name="before"/>, by their latest generations.</summary>
    public static async Task<IReadOnlyList<EarlierScore>> EarlierScoresAsync(
        IQuerySession session, Question question, DateTimeOffset before, IReadOnlyList<ForecastTimeline> timelines, CancellationToken token)
    {
        var records = new EarlierRecords();
        await AddScoresAsync(records, session, question.Slug, before, timelines, token);
        return records.ScoresOf(timelines, question.OpensAt, before);
    }

    /// <remarks>
    /// The view of score rows is behind the events by a moment; the generations that it has not met yet are read from the events behind it, so
    /// that every generation committed before this read is in the answer.
    /// </remarks>
    private static async Task AddScoresAsync(
        EarlierRecords records, IQuerySession session, string slug, DateTimeOffset before, IReadOnlyList<ForecastTimeline> timelines, CancellationToken token)
    {
        var crowd = timelines.Where(t => Crowd.Counts(t.Kind)).Select(t => t.Forecaster).ToHashSet(StringComparer.Ordinal);
        if (crowd.Count == 0) return;
        var (reached, viewed) = await ViewedScoresAsync(session, slug, before, crowd, token);
        var scoredName = EventNames.All[typeof(QuestionScored)];
        var behind = await session.Events.QueryAllRawEvents().Where(e => e.Sequence > reached && e.EventTypeName == scoredName).OrderBy(e => e.Sequence).ToListAsync(token);
        var unseen = behind.Select(e => (QuestionScored)e.Data).GroupBy(s => s.Question, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Last(), StringComparer.Ordinal);
        foreach (var (question, forecaster, knownAt, peer, coverage) in viewed)
        {
            if (!unseen.ContainsKey(question)) records.AddScore(forecaster, knownAt, peer, coverage);
        }

        foreach (var generation in unseen.Values)
        {
            if (generation.Question != slug && generation.KnownAt < before) records.Add(generation.KnownAt, generation.Rows.Where(r => crowd.Contains(r.Forecaster)));
        }
    }

    private static async Task<(long Reached, List<(string Question, string Forecaster, DateTimeOffset KnownAt, double Peer, double Coverage)> Scores)> ViewedScoresAsync(
        IQuerySession session, string slug, DateTimeOffset before, IEnumerable<string> forecasters, CancellationToken token)
    {
        // One statement, so that the mark and the rows are of one snapshot.
        await using var command = new NpgsqlCommand(
            $"""
            select p.last_seq_id, r.question, r.forecaster, r.known_at, r.peer, r.coverage
            from (select coalesce((select last_seq_id from {ForecastStore.Schema}.mt_event_progression where name = '{ScoreRowsView.ShardName}:All'), 0) as last_seq_id) p
            left join (
                select r.question, r.forecaster, q.known_at, r.peer, r.coverage from {ScoreViews.Rows} r join {ScoreViews.Questions} q using (question)
                where r.forecaster = any($1) and r.kind in ('Person', 'Bot') and r.question <> $2 and q.known_at < $3 and r.peer is not null) r on true
            """)
        {
            Parameters = { new() { Value = forecasters.ToArray() }, new() { Value = slug }, new() { Value = before.ToUniversalTime() } },
        };
        long reached = 0;
        var scores = new List<(string, string, DateTimeOffset, double, double)>();
        await using var reader = await session.ExecuteReaderAsync(command, token);
        while (await reader.ReadAsync(token))
        {
            reached = reader.GetInt64(0);
            if (await reader.IsDBNullAsync(1, token)) continue;
            var knownAt = new DateTimeOffset(reader.GetDateTime(3), TimeSpan.Zero);
            scores.Add((reader.GetString(1), reader.GetString(2), knownAt, reader.GetDouble(4), reader.GetDouble(5)));
        }

        return (reached, scores);
    }

    /// <summary>The outcomes of other questions under the first tag, which is the one that the base rate counts.</summary>
    private static async Task AddOutcomesAsync(EarlierRecords records, IQuerySession session, Question question, CancellationToken token)
    {
        if (question.Tags.Count == 0 || question.Options.Count == 0) return;
        var tag = question.Tags[0];
        var others = await session.Query<Question>()
            .Where(q => q.Status == QuestionStatus.Resolved && q.Tags.Contains(tag) && q.Slug != question.Slug)
            .Select(q => new ResolvedOptions { Options = q.Options, Resolution = q.Resolution })
            .ToListAsync(token);
        foreach (var other in others)
        {
            var option = IndexOf(other.Options, other.Resolution!.Outcome);
            if (option >= 0) records.AddOutcome(tag, other.Options.Count, option, other.Resolution.KnownAt);
        }
    }

    private static int IndexOf(IReadOnlyList<string> options, string outcome)
    {
        for (var i = 0; i < options.Count; i++)
        {
            if (options[i] == outcome) return i;
        }

        return -1;
    }

    private sealed record ResolvedOptions
    {
        public IReadOnlyList<string> Options { get; init; } = [];

        public Resolution? Resolution { get; init; }
    }
}
