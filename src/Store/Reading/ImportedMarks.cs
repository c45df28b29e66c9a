using Domain.Crowds;
using Domain.People;

namespace Store.Reading;

/// <summary>Imported steps of a forecaster on a question that were recorded together.</summary>
/// <param name="Forecaster">Whose steps.</param>
/// <param name="Kind">What the forecaster is.</param>
/// <param name="Sequence">The first of them.</param>
/// <param name="RecordedAt">When this system recorded them.</param>
public sealed record ImportedSteps(string Forecaster, ForecasterKind Kind, long Sequence, DateTimeOffset RecordedAt);

/// <summary>Whether something rests on an imported step, and whether on one that was recorded after the outcome was known.</summary>
/// <param name="Imported">Whether it rests on an imported step.</param>
/// <param name="AfterOutcome">Whether it rests on an imported step that was recorded after the outcome was known.</param>
public readonly record struct ImportedMark(bool Imported, bool AfterOutcome);

/// <summary>Tells what the rows of a question rest on.</summary>
public sealed class ImportedMarks(IReadOnlyList<ImportedSteps> steps)
{
    /// <summary>Whether a generation read any imported step.</summary>
    public bool Any(long lastEventRead) => steps.Any(s => s.Sequence <= lastEventRead);

    /// <summary>The mark of a forecaster's row. A consensus rests on the steps of the crowd's members, any other row on the forecaster's own steps.</summary>
    /// <param name="forecaster">Whose row.</param>
    /// <param name="kind">What the forecaster is.</param>
    /// <param name="lastEventRead">The last event that the row's generation read.</param>
    /// <param name="knownAt">From when the outcome was known.</param>
    public ImportedMark Of(string forecaster, ForecasterKind kind, long lastEventRead, DateTimeOffset knownAt)
    {
        var (imported, after) = (false, false);
        foreach (var step in steps)
        {
            if (
                step.Sequence > lastEventRead
                || !(step.Forecaster == forecaster || (kind == ForecasterKind.Consensus && (Crowd.Counts(step.Kind) || step.Kind == ForecasterKind.Consensus)))
            )
                continue;
            imported = true;
            after |= step.RecordedAt > knownAt;
        }

        return new ImportedMark(imported, after);
    }
}
