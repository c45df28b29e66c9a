using Domain.Comparison;
using Domain.References;
using Domain.Scoring;

namespace Store.Scores;

/// <summary>What consensus and references take from other questions: how forecasters did on them, and how they came out.</summary>
public sealed class EarlierRecord
{
    private readonly ILookup<string, EarlierScore> _scores;
    private readonly ILookup<string, (string Question, EarlierOutcome Outcome)> _outcomes;

    private EarlierRecord(ILookup<string, EarlierScore>? scores, ILookup<string, (string Question, EarlierOutcome Outcome)>? outcomes) =>
        (_scores, _outcomes) = (scores ?? Array.Empty<EarlierScore>().ToLookup(s => s.Forecaster), outcomes ?? Array.Empty<(string, EarlierOutcome)>().ToLookup(o => o.Item1));

    public static EarlierRecord None { get; } = new(null, null);

    /// <summary>Reads what these forecasters need, which for most is nothing.</summary>
    public static async Task<EarlierRecord> ReadAsync(ScoreSnapshot snapshot, IReadOnlyCollection<string> forecasters, CancellationToken token) => new(
        forecasters.Contains("consensus:skill-weighted") ? await snapshot.PeerScoresAsync(token) : null,
        forecasters.Contains(ReferenceForecasts.BaseRate) ? await snapshot.OutcomesByTagAsync(token) : null);

    /// <summary>The question with everything that a forecast on it may be computed from.</summary>
    public ScoringInput InputOf(ScoredRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        var tag = record.Tags.Count == 0 ? "" : record.Tags[0];
        return new ScoringInput(
            record.Question,
            record.Timelines,
            [.. _outcomes[tag].Where(o => o.Question != record.Question.Slug && o.Outcome.OptionCount == record.Question.OptionCount).Select(o => o.Outcome)],
            [.. record.Timelines.SelectMany(t => _scores[t.Forecaster])]);
    }
}
