namespace EndToEnd.Tests.Faults.Checking;

/// <summary>The verdict on a run.</summary>
/// <param name="Findings">Everything that is not as it must be; none for a sound run.</param>
/// <param name="Acknowledged">How many events the clients were told of.</param>
/// <param name="Unknown">Of how many they never learned whether they are there.</param>
/// <param name="Events">How many events the store has.</param>
/// <param name="Generations">How many of them score a question.</param>
internal sealed record CheckReport(IReadOnlyList<Finding> Findings, int Acknowledged, int Unknown, int Events, int Generations)
{
    private const int Shown = 40;

    public bool IsSound => Findings.Count == 0;

    public override string ToString() =>
        $"{Acknowledged} acknowledged, {Unknown} unknown, {Events} events, {Generations} generations: "
        + (IsSound ? "sound." : $"{Findings.Count} findings.{string.Concat(Findings.Take(Shown).Select(f => $"{Environment.NewLine}  {f}"))}");
}
