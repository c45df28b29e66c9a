using Api.Consensus;
using Api.Forecasts;
using Api.Pages.Pictures;
using Api.Questions;
using Api.Resolutions;
using Api.Scores;

namespace Api.Pages.Dossiers;

/// <summary>Everything of a question that is printed.</summary>
public sealed record DossierModel
{
    /// <summary>The question.</summary>
    public required QuestionAnswer Question { get; init; }

    /// <summary>What was forecast of its first option; null where it has no options, or is a draft.</summary>
    public required TimelineAnswer? Timeline { get; init; }

    /// <summary>What the crowd said from when on.</summary>
    public required IReadOnlyList<ConsensusStep> History { get; init; }

    /// <summary>The picture of it; null where there is nothing to draw.</summary>
    public required TimelineDrawing? Drawing { get; init; }

    /// <summary>The forecasters' steps, one forecaster after the other.</summary>
    public required IReadOnlyList<(string Forecaster, StepAnswer Step)> Steps { get; init; }

    /// <summary>How many forecasters those are of.</summary>
    public required int Listed { get; init; }

    /// <summary>How many there are.</summary>
    public required int Forecasters { get; init; }

    /// <summary>How the outcome came to stand.</summary>
    public required IReadOnlyList<ResolutionStep> Resolution { get; init; }

    /// <summary>The last edits of the question; null where they cannot be read.</summary>
    public required EditsAnswer? Edits { get; init; }

    /// <summary>The scores.</summary>
    public required ScoresAnswer? Scores { get; init; }

    /// <summary>The rows of them that are printed.</summary>
    public required IReadOnlyList<ScoreRowAnswer> Rows { get; init; }

    /// <summary>The leaves of what is printed, by their place in the ledger.</summary>
    public required IReadOnlyList<LedgerLeaf> Leaves { get; init; }

    /// <summary>The ledger as it is signed now; null where none is kept.</summary>
    public required LedgerHead? Ledger { get; init; }
}

/// <summary>An event's leaf in the ledger.</summary>
/// <param name="Index">Its place, from 0.</param>
/// <param name="EventId">The id of the event.</param>
/// <param name="Type">What happened.</param>
/// <param name="Whose">Whose forecast it is; null where it is of the question.</param>
/// <param name="RecordedAt">When it was recorded.</param>
public sealed record LedgerLeaf(long Index, Guid EventId, string Type, string? Whose, DateTimeOffset RecordedAt);

/// <summary>What a checkpoint says.</summary>
/// <param name="Origin">The name of the ledger.</param>
/// <param name="Size">How many leaves it has.</param>
/// <param name="RootHash">The hash over all of them, in base64.</param>
public sealed record LedgerHead(string Origin, string Size, string RootHash)
{
    /// <summary>The first three lines of a signed note; null where it has no three.</summary>
    public static LedgerHead? Of(string? note) => note?.Split('\n') is [var origin, var size, var root, ..] ? new(origin, size, root) : null;
}
