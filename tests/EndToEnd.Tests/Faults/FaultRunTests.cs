using EndToEnd.Tests.Faults.Running;
using Samples;

namespace EndToEnd.Tests.Faults;

/// <summary>Tests beside which no other test of this project runs.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;

/// <summary>One short run of the fault harness, alone on the machine; longer ones are run by command.</summary>
[Collection(nameof(Alone))]
public sealed class FaultRunTests(SharedMachine machine, ITestOutputHelper output)
{
    private const int Seed = 17;
    private const int Faults = 60;

    // What starts again finds a processor, so that the whole takes less than three minutes.
    private const int Calm = 4;

    [Fact]
    public async Task Nothing_is_lost_doubled_or_contradicted_while_sixty_faults_strike()
    {
        using var alone = machine.Alone();
        var report = await FaultRun.OfAsync(new FaultPlan(Seed, Faults) { Calm = Calm }, output.WriteLine, TestContext.Current.CancellationToken);
        output.WriteLine(report.ToString());
        Assert.Equal(Faults, report.Recoveries.Count);
        Assert.Empty(report.Findings);
    }
}
