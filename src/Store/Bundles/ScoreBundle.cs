using System.Text.Json;
using System.Text.Json.Serialization;
using Domain.Ledger.Checkpoints;
using Domain.Ledger.Leaves;
using Domain.Ledger.Merkle;
using Domain.Ledger.Text;

namespace Store.Bundles;

/// <summary>A disclosed leaf with the proof that it is in the log.</summary>
/// <param name="Index">The index of the leaf.</param>
/// <param name="Hashes">The inclusion proof in the checkpoint's tree.</param>
/// <param name="Opened">The leaf and what opens it.</param>
public sealed record ProvenLeaf(long Index, IReadOnlyList<Digest> Hashes, OpenedLeaf Opened);

/// <summary>
/// A verifiable score: a generation of scores together with the events of its question and of the forecasts on it, each proven to be in the log. Whoever has it
/// computes the scores again, without the service.
/// </summary>
/// <param name="Question">The question's slug.</param>
/// <param name="Generation">The generation.</param>
/// <param name="Checkpoint">The checkpoint that all proofs lead to.</param>
/// <param name="Events">The events, in the order of the log; the generation is one of them.</param>
/// <param name="HasOthers">Whether the events of other questions that the generation rests on are among them.</param>
public sealed record ScoreBundle(string Question, int Generation, SignedCheckpoint Checkpoint, IReadOnlyList<ProvenLeaf> Events, bool HasOthers)
{
    /// <summary>What a bundle says that it is.</summary>
    public const string Format = "forecasts/score-bundle/v1";

    /// <summary>The most bytes that a bundle may have here, 256 MiB.</summary>
    public const int MostBytes = 256 * 1024 * 1024;

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow };

    /// <summary>The bundle as JSON.</summary>
    public byte[] Write() =>
        JsonSerializer.SerializeToUtf8Bytes(
            new Shape(
                Format,
                Question,
                Generation,
                Checkpoint.ToString(),
                HasOthers,
                [.. Events.Select(e => new LeafShape(e.Index, [.. e.Hashes.Select(h => h.ToString())], Disclosure.Format(e.Opened)))]
            ),
            Options
        );

    /// <summary>Reads a bundle. What it proves, <see cref="ScoreRecomputation"/> says.</summary>
    /// <param name="bytes">The JSON.</param>
    public static Parsed<ScoreBundle> Read(byte[] bytes)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        Shape? shape;
        try
        {
            shape = bytes.Length > MostBytes ? null : JsonSerializer.Deserialize<Shape>(bytes, Options);
        }
        catch (JsonException)
        {
            shape = null;
        }

        if (shape is not { Format: Format, Question: not null, Checkpoint: not null, Events: not null })
            return new Malformed("This is no bundle of a score, or one of another version");
        if (!SignedCheckpoint.Parse(System.Text.Encoding.UTF8.GetBytes(shape.Checkpoint)).Is(out var checkpoint, out var malformed))
            return malformed;
        var events = new List<ProvenLeaf>();
        foreach (var leaf in shape.Events)
        {
            if (leaf is not { Hashes: not null, Disclosure: not null })
                return new Malformed("An event of the bundle has an index, hashes and a disclosure");
            var hashes = new List<Digest>();
            foreach (var text in leaf.Hashes)
            {
                if (!Digest.Parse(text).Is(out var hash, out malformed))
                    return malformed;
                hashes.Add(hash);
            }

            if (!Disclosure.Parse(leaf.Disclosure).Is(out var opened, out malformed))
                return malformed;
            events.Add(new ProvenLeaf(leaf.Index, hashes, opened));
        }

        return new ScoreBundle(shape.Question, shape.Generation, checkpoint, events, shape.OtherQuestions);
    }

    private sealed record Shape(string Format, string Question, int Generation, string Checkpoint, bool OtherQuestions, IReadOnlyList<LeafShape> Events);

    private sealed record LeafShape(long Index, IReadOnlyList<string> Hashes, byte[] Disclosure);
}
