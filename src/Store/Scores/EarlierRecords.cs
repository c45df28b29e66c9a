using Domain.Consensus;
using Domain.Forecasts;
using Domain.Scoring;

namespace Store.Scores;

/// <summary>
/// What scoring a question, and computing the consensus and the references on it, takes from the questions resolved before: outcomes by tag, and
/// the forecasters' peer scores. However many questions are asked about, and in whatever order records came, each gets the same bits.
/// </summary>
/// <remarks>
/// What was known before a question opened is put together: the base rate and the skill weights ask only what was known before an instant of its
/// life. It can be extended while questions are scored in the order in which their outcomes became known, so that each sees what came before it.
/// </remarks>
public sealed class EarlierRecords
{
    private readonly Dictionary<(string Tag, int Options), OutcomeRecord> _outcomes = [];
    private readonly Dictionary<string, PeerRecord> _scores = new(StringComparer.Ordinal);

    /// <summary>Adds how a question under a tag came out.</summary>
    public void AddOutcome(string tag, int options, int option, DateTimeOffset knownAt)
    {
        if (!_outcomes.TryGetValue((tag, options), out var record)) _outcomes.Add((tag, options), record = new OutcomeRecord(options));
        record.Add(knownAt.UtcTicks, option);
    }

    /// <summary>Adds what a person or bot earned on a question.</summary>
    public void AddScore(string forecaster, DateTimeOffset knownAt, double peer, double coverage)
    {
        if (!_scores.TryGetValue(forecaster, out var record)) _scores.Add(forecaster, record = new PeerRecord());
        record.Add(knownAt.UtcTicks, peer, coverage);
    }

    /// <summary>Adds what a question's scoring showed.</summary>
    public void Add(DateTimeOffset knownAt, IEnumerable<ScoreRow> rows)
    {
        foreach (var row in rows)
        {
            if (Crowd.Counts(row.Kind) && row.Scores.GetValueOrDefault("peer") is { } peer) AddScore(row.Forecaster, knownAt, peer, row.Coverage);
        }
    }

    /// <summary>A question with everything that its scores depend on. Its own outcome, known only when its window ends, is never among that.</summary>
    /// <param name="question">The question as it is scored.</param>
    /// <param name="tags">Its tags; the base rate goes by the first.</param>
    /// <param name="timelines">The forecasts on it.</param>
    public ScoringInput InputOf(ScoredQuestion question, IReadOnlyList<string> tags, IReadOnlyList<ForecastTimeline> timelines)
    {
        ArgumentNullException.ThrowIfNull(question);
        ArgumentNullException.ThrowIfNull(tags);
        var end = question.KnownAt < question.ClosesAt ? question.KnownAt : question.ClosesAt;
        return new ScoringInput(
            question,
            timelines,
            tags.Count > 0 && _outcomes.TryGetValue((tags[0], question.OptionCount), out var outcomes) ? outcomes.Tell(question.OpensAt, end) : [],
            ScoresOf(timelines, question.OpensAt, end));
    }

    /// <summary>What the skill weights look at: the crowd's scores on questions whose outcome was known before an instant.</summary>
    /// <param name="timelines">The forecasts on a question.</param>
    /// <param name="opensAt">When it opened; what was known before is put together.</param>
    /// <param name="before">The instant.</param>
    public IReadOnlyList<EarlierScore> ScoresOf(IReadOnlyList<ForecastTimeline> timelines, DateTimeOffset opensAt, DateTimeOffset before)
    {
        ArgumentNullException.ThrowIfNull(timelines);
        var earlier = new List<EarlierScore>();
        foreach (var timeline in timelines)
        {
            if (Crowd.Counts(timeline.Kind) && _scores.TryGetValue(timeline.Forecaster, out var record)) record.Tell(timeline.Forecaster, opensAt, before, earlier);
        }

        return earlier;
    }
}
