using Domain.Consensus;
using Domain.Crowds;
using Domain.Forecasts;
using Domain.Questions;
using Domain.Scoring;
using Domain.Scoring.Generations;
using Domain.Scoring.Points;
using Domain.TrackRecords;
using Store.Appending;

namespace Store.Scoring;

/// <summary>
/// What scoring a question, and computing the consensus and the references on it, takes from the questions resolved before: outcomes by tag, and the
/// forecasters' peer scores. The results are the same to the bit, regardless of the number of questions and of the order of the records.
/// </summary>
/// <remarks>
/// What was known before a question opened is combined: the base rate and the skill weights ask only what was known before an instant in its lifetime. Records
/// can be added while questions are scored in the order in which their outcomes became known, so that each sees those before it.
/// </remarks>
public sealed class TrackRecords
{
    private readonly Dictionary<(string Tag, int Options), OutcomeRecord> _outcomes = [];
    private readonly Dictionary<string, PeerRecord> _scores = new(StringComparer.Ordinal);

    // A question's tags can be edited between the adding of its outcome and the removal.
    private readonly Dictionary<string, IReadOnlyList<string>> _tags = new(StringComparer.Ordinal);

    /// <summary>Notes the tags under which a question's outcome is added, so that it can be removed from under them.</summary>
    public void Note(string question, IReadOnlyList<string> tags) => _tags[question] = tags;

    /// <summary>Adds the outcome of a question under a tag.</summary>
    public void AddOutcome(string tag, int options, int option, DateTimeOffset knownAt)
    {
        if (!_outcomes.TryGetValue((tag, options), out var record))
            _outcomes.Add((tag, options), record = new OutcomeRecord(options));
        record.Add(Instant(knownAt), option);
    }

    /// <summary>Adds the scores of a person or bot on a question.</summary>
    public void AddScore(string forecaster, DateTimeOffset knownAt, double peer, double coverage)
    {
        if (!_scores.TryGetValue(forecaster, out var record))
            _scores.Add(forecaster, record = new PeerRecord());
        record.Add(Instant(knownAt), peer, coverage);
    }

    /// <summary>Adds the outcome and the scores of a generation.</summary>
    /// <param name="generation">The question's latest generation. One without an outcome adds nothing.</param>
    /// <param name="options">The names of its options.</param>
    /// <param name="tags">Its tags.</param>
    public void Add(QuestionScored generation, IReadOnlyList<string> options, IReadOnlyList<string> tags)
    {
        ArgumentNullException.ThrowIfNull(generation);
        if (OptionOf(generation.Outcome, options) is >= 0 and var option)
        {
            Note(generation.Question, tags);
            foreach (var tag in tags.Distinct(StringComparer.Ordinal))
                AddOutcome(tag, options.Count, option, generation.KnownAt);
        }

        foreach (var (row, peer) in Earned(generation))
            AddScore(row.Forecaster, generation.KnownAt, peer, row.Coverage);
    }

    /// <summary>Removes the outcome and the scores of a generation that a later one has replaced.</summary>
    /// <param name="generation">The generation.</param>
    /// <param name="options">The names of the question's options.</param>
    /// <param name="tags">Its tags, unless others were noted when its outcome was added.</param>
    public void Remove(QuestionScored generation, IReadOnlyList<string> options, IReadOnlyList<string> tags)
    {
        ArgumentNullException.ThrowIfNull(generation);
        if (OptionOf(generation.Outcome, options) is >= 0 and var option)
        {
            foreach (var tag in _tags.GetValueOrDefault(generation.Question, tags).Distinct(StringComparer.Ordinal))
                _outcomes[(tag, options.Count)].Remove(Instant(generation.KnownAt), option);
        }

        foreach (var (row, peer) in Earned(generation))
            _scores[row.Forecaster].Remove(Instant(generation.KnownAt), peer, row.Coverage);
    }

    /// <summary>A question with everything that its scores depend on. That never includes its own outcome, which is known only when its window ends.</summary>
    /// <param name="question">The question as it is scored.</param>
    /// <param name="tags">Its tags. The base rate uses the first one.</param>
    /// <param name="timelines">The forecasts on it.</param>
    public ScoringInput InputOf(ResolvedQuestion question, IReadOnlyList<string> tags, IReadOnlyList<ForecastTimeline> timelines)
    {
        ArgumentNullException.ThrowIfNull(question);
        ArgumentNullException.ThrowIfNull(tags);
        var end = question.KnownAt < question.ClosesAt ? question.KnownAt : question.ClosesAt;
        return new ScoringInput(
            question,
            timelines,
            tags.Count > 0 && _outcomes.TryGetValue((tags[0], question.OptionCount), out var outcomes) ? outcomes.Tell(question.OpensAt, end) : [],
            ScoresOf(timelines, question.OpensAt, end)
        );
    }

    /// <summary>The input of the skill weights: the crowd's scores on questions whose outcome was known before an instant.</summary>
    /// <param name="timelines">The forecasts on a question.</param>
    /// <param name="opensAt">When it opened. What was known before is combined.</param>
    /// <param name="before">The instant.</param>
    public IReadOnlyList<EarlierScore> ScoresOf(IReadOnlyList<ForecastTimeline> timelines, DateTimeOffset opensAt, DateTimeOffset before)
    {
        ArgumentNullException.ThrowIfNull(timelines);
        var earlier = new List<EarlierScore>();
        foreach (var timeline in timelines)
        {
            if (Crowd.Counts(timeline.Kind) && _scores.TryGetValue(timeline.Forecaster, out var record))
                record.Tell(timeline.Forecaster, opensAt, before, earlier);
        }

        return earlier;
    }

    /// <summary>The place of an outcome among the options; -1 where it is none of them, as for an annulled question.</summary>
    internal static int OptionOf(string outcome, IReadOnlyList<string> options)
    {
        for (var i = 0; i < options.Count; i++)
        {
            if (options[i] == outcome)
                return i;
        }

        return -1;
    }

    private static IEnumerable<(ScoreRow Row, double Peer)> Earned(QuestionScored generation) =>
        from row in generation.Rows
        where Crowd.Counts(row.Kind)
        let peer = row.Scores.GetValueOrDefault(PointScores.Peer.Name)
        where peer is not null
        select (row, peer.Value);

    // In the precision of the views, so that it is the same from any source.
    private static long Instant(DateTimeOffset knownAt) => knownAt.ToMicroseconds().UtcTicks;
}
