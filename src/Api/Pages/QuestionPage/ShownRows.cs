using Api.Scores;
using Domain.Consensus;
using Domain.People;

namespace Api.Pages.QuestionPage;

/// <summary>Which rows of a question's scores are shown where not all can be.</summary>
internal static class ShownRows
{
    /// <summary>The reader's own, the consensus, documents, references, then the others; in the order of their scores.</summary>
    /// <param name="rows">All rows.</param>
    /// <param name="me">The name of who reads; null for nobody by name.</param>
    /// <param name="most">How many there is room for.</param>
    public static IReadOnlyList<ScoreRowAnswer> Of(IReadOnlyList<ScoreRowAnswer> rows, string? me, int most) =>
        [
            .. rows.OrderBy(r =>
                    r.Forecaster == me ? 0
                    : r.Forecaster == ConsensusMethods.Default.Forecaster ? 1
                    : r.Kind == ForecasterKind.Document ? 2
                    : r.Kind == ForecasterKind.Reference ? 3
                    : r.Kind == ForecasterKind.Consensus ? 4
                    : 5
                )
                .Take(most)
                .OrderBy(r =>
                    r.Scores.FirstOrDefault(s => s.Key.EndsWith(".timeAveraged", StringComparison.Ordinal) && s.Value is not null).Value ?? double.MaxValue
                ),
        ];
}
