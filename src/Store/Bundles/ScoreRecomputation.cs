using System.Text.Json;
using Domain;
using Domain.Forecasts;
using Domain.Ledger.Leaves;
using Domain.Ledger.Merkle;
using Domain.Questions;
using Domain.Scoring;
using Domain.Scoring.Generations;
using Store.Events;
using Store.Reading;
using Store.Scoring;

namespace Store.Bundles;

/// <summary>What came of computing a generation again.</summary>
/// <param name="Recorded">The generation as it was recorded.</param>
/// <param name="Same">The forecasters whose rows were computed again to the same bits.</param>
/// <param name="Different">The forecasters whose rows came out otherwise, or are in one of the two only.</param>
/// <param name="NotComputed">The rows that rest on other questions, where the bundle does not hold those.</param>
public sealed record RecomputedScore(QuestionScored Recorded, IReadOnlyList<string> Same, IReadOnlyList<string> Different, IReadOnlyList<string> NotComputed);

/// <summary>A bundle does not prove what it says. The message is a sentence without a full stop.</summary>
public sealed class UnprovenException(string message) : Exception(message);

/// <summary>Computes a generation of scores again from a bundle alone, by the rules of this version. Who signed the checkpoint is another question.</summary>
public static class ScoreRecomputation
{
    /// <summary>The rows that rest on how other questions came out.</summary>
    private static readonly string[] RestingOnOthers = ["consensus:skill-weighted", "reference:base-rate"];

    /// <summary>Proves every event of a bundle, and computes the scores from them.</summary>
    /// <exception cref="UnprovenException">An event is not proven or not opened, or the events do not make a scored question.</exception>
    public static RecomputedScore Of(ScoreBundle bundle)
    {
        ArgumentNullException.ThrowIfNull(bundle);
        var events = bundle.Events.Select(e => Proven(bundle, e)).ToList();
        for (var i = 1; i < bundle.Events.Count; i++)
        {
            if (bundle.Events[i].Index <= bundle.Events[i - 1].Index)
                throw new UnprovenException("The events are not in the order of the log");
        }

        var recorded =
            events.Where(e => e.Stream == StreamKeys.Scoring(bundle.Question)).Select(e => e.Data).OfType<QuestionScored>().SingleOrDefault()
            ?? throw new UnprovenException("The bundle has no generation, or several");
        if (recorded.Generation != bundle.Generation || recorded.Question != bundle.Question)
            throw new UnprovenException($"The generation is {recorded.Generation} of {recorded.Question}");
        if (RuleSet.Named(recorded.RuleSet) is not { } rules)
            throw new UnprovenException(RuleSet.Refusal(recorded.RuleSet).TrimEnd('.'));
        var question = QuestionOf(bundle.Question, events);
        var steps = events
            .Where(e => e.Stream.StartsWith(StreamKeys.Forecasts(bundle.Question), StringComparison.Ordinal))
            .Select(e => RecordedStep.Of(e.Data, e.Id, e.Index, e.RecordedAt, e.Actor))
            .OfType<RecordedStep>();
        var scored = ScoringInputs.ToScored(question, recorded.Outcome, recorded.KnownAt);
        var input = OthersIn(bundle.Question, events).InputOf(scored, question.Tags, steps.ToTimelines());
        return Compare(recorded, QuestionScoring.Score(rules, input), bundle.HasOthers ? [] : RestingOnOthers);
    }

    /// <summary>What the generations of other questions say: how those came out, and how their forecasters did.</summary>
    private static TrackRecords OthersIn(string question, IReadOnlyList<BundledEvent> events)
    {
        var records = new TrackRecords();
        foreach (
            var of in events.Where(e => e.Data is QuestionScored && e.Stream != StreamKeys.Scoring(question)).GroupBy(e => e.Stream, StringComparer.Ordinal)
        )
        {
            if (of.Count() > 1)
                throw new UnprovenException($"The bundle has several generations of {of.Key}");
            var generation = (QuestionScored)of.Single().Data;
            if (of.Key != StreamKeys.Scoring(generation.Question))
                throw new UnprovenException($"A generation of {generation.Question} stands in {of.Key}");
            var drafted = events.Any(e => e.Stream == StreamKeys.Question(generation.Question)) ? QuestionOf(generation.Question, events) : null;
            records.Add(generation, drafted?.Options ?? [], drafted?.Tags ?? []);
        }

        return records;
    }

    private static RecomputedScore Compare(QuestionScored recorded, IReadOnlyList<ScoreRow> computed, string[] left)
    {
        var (kept, made) = (
            recorded.Rows.ToDictionary(r => r.Forecaster, StringComparer.Ordinal),
            computed.ToDictionary(r => r.Forecaster, StringComparer.Ordinal)
        );
        bool IsSame(string forecaster) => kept.TryGetValue(forecaster, out var a) && made.TryGetValue(forecaster, out var b) && ScoreRows.Same([a], [b]);
        var (resting, own) = (
            kept.Keys.Where(left.Contains).ToList(),
            kept.Keys.Union(made.Keys).Where(f => !left.Contains(f)).Order(StringComparer.Ordinal).ToList()
        );
        return new RecomputedScore(recorded, [.. own.Where(IsSame)], [.. own.Where(f => !IsSame(f))], resting);
    }

    private static Question QuestionOf(string slug, IEnumerable<BundledEvent> events)
    {
        var key = StreamKeys.Question(slug);
        Question? question = null;
        foreach (var e in events.Where(e => e.Stream == key))
            question = question is null ? Question.Drafted(key, e.Data as QuestionDrafted ?? throw Unasked()) : question.After(e.Data);
        return question ?? throw Unasked();

        static UnprovenException Unasked() => new("The bundle does not begin with the question's draft");
    }

    private static BundledEvent Proven(ScoreBundle bundle, ProvenLeaf leaf)
    {
        var (head, opened) = (bundle.Checkpoint.Checkpoint, leaf.Opened);
        var where = $"Event {opened.Leaf.Id}";
        if (!new InclusionProof(leaf.Index, head.Size, leaf.Hashes).Verifies(MerkleTree.LeafHash(opened.Leaf.Format().Value), head.Root))
            throw new UnprovenException($"{where} is not in the checkpoint's tree");
        if (opened.Mismatches().ToList() is { Count: > 0 } mismatches)
            throw new UnprovenException($"{where} is another than was logged: {string.Join(", ", mismatches)}");
        // What somebody wrote may have been erased, and no score rests on it.
        if (
            opened.Stream is null
            || FreeTextPlaces.Of(opened.Leaf.Type) is not { } places
            || opened.WholeData(places, place => ErasablePlaces.Empty(opened.Leaf.Type, place)) is not { } data
        )
            throw new UnprovenException($"{where} is not opened as a whole");
        try
        {
            var actor = opened.Actor is null ? null : JsonSerializer.Deserialize<string>(opened.Actor.Value.Span);
            var stream = JsonSerializer.Deserialize<string>(opened.Stream.Value.Span)!;
            return new BundledEvent(leaf.Index, opened.Leaf.Id, stream, opened.Leaf.RecordedAt, actor, EventJson.Read(opened.Leaf.Type, data));
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException)
        {
            throw new UnprovenException($"{where} cannot be read by this version");
        }
    }

    private sealed record BundledEvent(long Index, Guid Id, string Stream, DateTimeOffset RecordedAt, string? Actor, object Data);
}
