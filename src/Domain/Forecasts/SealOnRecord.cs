namespace Domain.Forecasts;

/// <summary>A step that was stated as a seal, revealed or not.</summary>
/// <param name="Forecaster">The name of the forecaster.</param>
/// <param name="MadeAt">When the seal was stated, UTC.</param>
/// <param name="Statement">The seal, and what was sealed where it was revealed.</param>
/// <param name="IsLive">Whether it was stated, or revealed, here; else it is from a file.</param>
public sealed record SealedStep(string Forecaster, DateTimeOffset MadeAt, Statement Statement, bool IsLive = false);

/// <summary>What decides of one seal on a question who can reveal it, and as what; however many steps state it.</summary>
/// <param name="First">
/// Who revealed it, or else who counts as the first to state it and alone can reveal it: of those who stated it here the first in the record, of those from
/// files the first in time; who was recorded here is not displaced by a file, nor who is from a file by who states it here later.
/// </param>
/// <param name="FirstAt">When that forecaster first stated it, UTC.</param>
/// <param name="IsLive">Whether that forecaster stated it here.</param>
/// <param name="Opened">What it was revealed as; null where it has not been revealed.</param>
public sealed record SealOnRecord(string First, DateTimeOffset FirstAt, bool IsLive, Statement? Opened)
{
    /// <summary>What is known after steps that state the seal, in the order of recording; null where there is none.</summary>
    public static SealOnRecord? Of(IEnumerable<SealedStep> steps)
    {
        ArgumentNullException.ThrowIfNull(steps);
        return steps.Aggregate((SealOnRecord?)null, After);
    }

    /// <summary>What is known after one more step that states the seal.</summary>
    /// <param name="known">What was known before; null where nobody had stated it.</param>
    /// <param name="step">The step.</param>
    public static SealOnRecord After(SealOnRecord? known, SealedStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        var opened = step.Statement.RevealedAt is null ? null : step.Statement;
        if (known?.First == step.Forecaster)
        {
            return known with
            {
                FirstAt = step.MadeAt < known.FirstAt ? step.MadeAt : known.FirstAt,
                IsLive = known.IsLive || step.IsLive,
                Opened = known.Opened ?? opened,
            };
        }

        var isFirst = known is null || (known.Opened is null && (opened is not null || (!known.IsLive && !step.IsLive && known.IsAfter(step))));
        return isFirst ? new SealOnRecord(step.Forecaster, step.MadeAt, step.IsLive, opened) : known!;
    }

    /// <summary>Whether another forecaster's step comes before the first in the order of exports: that of time, and at one instant that of names.</summary>
    internal bool IsAfter(SealedStep step) => step.MadeAt < FirstAt || (step.MadeAt == FirstAt && string.CompareOrdinal(step.Forecaster, First) < 0);
}
