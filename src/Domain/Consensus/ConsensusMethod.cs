namespace Domain.Consensus;

/// <summary>
/// A way of making one forecast of the forecasts of a crowd. A class that derives from this is found by <see cref="ConsensusMethods.All"/>: it is
/// scored on every question to which it applies, and answered wherever a method can be named.
/// </summary>
public abstract class ConsensusMethod : IRegistryEntry
{
    /// <param name="name">The name that callers give, such as <c>median</c>: 1 to 70 characters of a to z, 0 to 9 and <c>-</c>.</param>
    /// <param name="place">Where the method stands in lists.</param>
    private protected ConsensusMethod(string name, int place) => (Name, Forecaster, Place) = (name, ConsensusMethods.Prefix + name, place);

    /// <summary>The name that callers give, such as <c>median</c>.</summary>
    public string Name { get; }

    /// <summary>The name under which the method is scored like a forecaster, such as <c>consensus:median</c>.</summary>
    public string Forecaster { get; }

    /// <summary>Where the method stands in lists; see <see cref="Registry"/>.</summary>
    public int Place { get; }

    /// <summary>Whether the method combines cumulative distribution functions. Methods that combine odds do not: a function's values have none.</summary>
    public virtual bool AppliesToDistributions => true;

    /// <summary>Whether the method reads how the forecasters did on other questions. Its rows are then scored again when those change.</summary>
    public virtual bool ReadsTrackRecords => false;

    /// <summary>
    /// Writes what the method says of the forecasts that stand: a value for each column, before options are renormalised to sum to 1. It is a function of
    /// the crowd alone, whatever the order of columns; of a single forecast it is that forecast.
    /// </summary>
    /// <param name="crowd">The crowd, in which somebody stands.</param>
    /// <param name="into">By column, the value: of an option its probability, of a point of a distribution its level.</param>
    internal abstract void Read(RunningCrowd crowd, Span<double> into);

    /// <summary>The name.</summary>
    public override string ToString() => Name;
}
