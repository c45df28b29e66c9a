namespace EndToEnd.Tests.Faults.Running;

/// <summary>What a run is to be.</summary>
/// <param name="Seed">The faults, and what the clients ask for, follow from it.</param>
/// <param name="Faults">How many faults strike.</param>
internal sealed record FaultPlan(int Seed, int Faults)
{
    /// <summary>The kinds that strike; those among them that this machine cannot bring about are left out.</summary>
    public IReadOnlySet<FaultKind> Kinds { get; init; } = Enum.GetValues<FaultKind>().ToHashSet();

    /// <summary>How many times longer than usual the clients think; 1 unless it is given. More leaves the processor to what starts again.</summary>
    public int Calm { get; init; } = 1;

    /// <summary>Whether the database is on a disk that loses its power and fails; it is slow, and never full.</summary>
    public bool HasLossyDisk { get; init; }

    /// <summary>A folder in which each process leaves what it said; null for none.</summary>
    public string? Logs { get; init; }

    /// <summary>Whether an API and a worker go by clocks that can be set; every look at such a clock costs, so that all is slower.</summary>
    public bool HasSteppedClocks { get; init; }
}
