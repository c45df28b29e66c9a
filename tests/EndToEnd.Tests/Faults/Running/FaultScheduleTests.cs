namespace EndToEnd.Tests.Faults.Running;

/// <summary>Schedules of faults by their seeds.</summary>
public sealed class FaultScheduleTests
{
    [Fact]
    public void A_seed_gives_the_same_faults_and_another_gives_others()
    {
        Assert.Equal(FaultSchedule.Of(17, 200, _ => true), FaultSchedule.Of(17, 200, _ => true));
        Assert.NotEqual(FaultSchedule.Of(17, 200, _ => true), FaultSchedule.Of(18, 200, _ => true));
        Assert.Equal(FaultSchedule.Of(17, 200, _ => true).Take(60), FaultSchedule.Of(17, 60, _ => true));
    }

    [Fact]
    public void What_a_machine_cannot_bring_about_moves_nothing_else()
    {
        var all = FaultSchedule.Of(17, 60, _ => true).Where(f => f.Kind != FaultKind.DiskFull).ToList();
        var without = FaultSchedule.Of(17, 60, k => k != FaultKind.DiskFull).Take(all.Count);
        Assert.Equal(all.Select(f => f with { Number = 0 }), without.Select(f => f with { Number = 0 }));
    }

    [Fact]
    public void A_schedule_of_nothing_that_is_possible_is_refused() => Assert.Throws<ArgumentException>(() => FaultSchedule.Of(17, 1, _ => false));

    [Fact]
    public void Every_kind_strikes_in_any_68_faults_and_two_of_three_are_kills()
    {
        for (var seed = 0; seed < 50; seed++)
        {
            var faults = FaultSchedule.Of(seed, 68, _ => true);
            Assert.Equal(Enum.GetValues<FaultKind>().Length, faults.DistinctBy(f => f.Kind).Count());
            Assert.InRange(faults.Count(f => f.Kind.IsKill), 45, 47);
        }
    }
}
