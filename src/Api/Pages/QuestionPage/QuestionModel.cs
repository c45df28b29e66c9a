using Api.Consensus;
using Api.Forecasts;
using Api.Pages.Pictures;
using Api.Questions;
using Api.Resolutions;
using Api.Scores;

namespace Api.Pages.QuestionPage;

/// <summary>What the page of a question shows.</summary>
public sealed record QuestionModel
{
    /// <summary>The question.</summary>
    public required QuestionAnswer Question { get; init; }

    /// <summary>What was forecast of its first option; null where it has no options, or is a draft.</summary>
    public required TimelineAnswer? Timeline { get; init; }

    /// <summary>The picture of it; null where there is nothing to draw.</summary>
    public required TimelineDrawing? Drawing { get; init; }

    /// <summary>What the crowd said from when on; empty where the timeline says it, of two options.</summary>
    public required IReadOnlyList<ConsensusStep> History { get; init; }

    /// <summary>The picture of what the crowd says of a number or a date; null where there is none.</summary>
    public required DensityDrawing? Density { get; init; }

    /// <summary>What the crowd says by each method that applies.</summary>
    public required IReadOnlyList<ConsensusAnswer> Consensus { get; init; }

    /// <summary>How the outcome came to stand.</summary>
    public required IReadOnlyList<ResolutionStep> Resolution { get; init; }

    /// <summary>The last edits of the question; null where they cannot be read.</summary>
    public required EditsAnswer? Edits { get; init; }

    /// <summary>The scores.</summary>
    public required ScoresAnswer? Scores { get; init; }

    /// <summary>The rows of the scores that the page shows, the reader's own among them.</summary>
    public required IReadOnlyList<ScoreRowAnswer> Rows { get; init; }

    /// <summary>How often it was scored.</summary>
    public required int Generations { get; init; }

    /// <summary>The reader's own forecast; null where there is none.</summary>
    public required HistoryAnswer? Mine { get; init; }

    /// <summary>How the median reads on the ICD 203 scale; null where it lies between its terms.</summary>
    public required string? Term { get; init; }

    /// <summary>The last step of the crowd; null where none of its forecasts stands.</summary>
    public TimelineSpread? Last => Timeline?.Spread is [.., { Standing: > 0 } last] ? last : null;
}
