using Domain.Crowds;
using Domain.Forecasts;
using Domain.People;
using Store.Reading;

namespace Api.Scores;

/// <summary>Tells of a stretch of a forecaster's time whether the forecast that stood in it rests on an imported step.</summary>
/// <param name="steps">Everybody's steps on the question that the generation read.</param>
/// <param name="knownAt">From when the outcome was known.</param>
internal sealed class IntervalMarks(IEnumerable<RecordedStep> steps, DateTimeOffset knownAt)
{
    private readonly ILookup<string, RecordedStep> _steps = steps
        .OrderBy(s => s.MadeAt)
        .ThenBy(s => s.Sequence)
        .ToLookup(s => s.Forecaster, StringComparer.Ordinal);

    /// <summary>The mark of the stretch ⟨from, to): of the step that stood, and for a consensus of each that stood in it of a member's.</summary>
    public ImportedMark Of(string forecaster, ForecasterKind kind, DateTimeOffset from, DateTimeOffset to)
    {
        var stood =
            _steps.Contains(forecaster) ? Within([.. _steps[forecaster]], from, to)
            : kind == ForecasterKind.Consensus ? _steps.Where(g => Crowd.Counts(g.First().Kind)).SelectMany(g => Within([.. g], from, to))
            : [];
        var imported = stood.Where(s => s.Imported).ToList();
        return new ImportedMark(imported.Count > 0, imported.Any(s => s.RecordedAt > knownAt));
    }

    // What stood as the stretch began, and what was made in it.
    private static IEnumerable<RecordedStep> Within(IReadOnlyList<RecordedStep> steps, DateTimeOffset from, DateTimeOffset to) =>
        steps.Where(
            (s, i) =>
                s.Statement is not null && s.MadeAt < to && !(s.ExpiresAt <= from) && (s.MadeAt > from || i + 1 == steps.Count || steps[i + 1].MadeAt > from)
        );
}
