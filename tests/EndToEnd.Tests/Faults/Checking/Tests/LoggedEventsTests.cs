using EndToEnd.Tests.Faults.Checking.Rules;

namespace EndToEnd.Tests.Faults.Checking.Tests;

/// <summary>What the rule about the ledger finds, and what it lets pass.</summary>
public sealed class LoggedEventsTests
{
    private readonly MadeRun _run = new MadeRun().WithQuestion();

    public LoggedEventsTests()
    {
        _run.Forecast(0.2);
        _run.Log();
        _run.Forecast(0.3);
        _run.Forecast(0.4);
        _run.Log();
    }

    [Fact]
    public void One_leaf_an_event_and_checkpoints_of_one_growing_tree_are_sound() => Assert.Empty(_run.Check());

    [Fact]
    public void An_event_without_a_leaf_is_found()
    {
        _run.Forecast(0.5);
        Found("has 0 leaves");
    }

    [Fact]
    public void An_event_with_two_leaves_is_found()
    {
        _run.Leaves.Add(_run.Leaves[^1] with { Number = _run.Leaves.Count });
        Found("has 2 leaves");
    }

    [Fact]
    public void Leaves_in_another_order_than_their_events_are_found()
    {
        var (one, other) = (_run.Leaves[^2], _run.Leaves[^1]);
        (_run.Leaves[^2], _run.Leaves[^1]) = (other with { Number = one.Number }, one with { Number = other.Number });
        Found("not in the order of the events");
    }

    [Fact]
    public void A_gap_between_leaves_is_found()
    {
        _run.Leaves[^1] = _run.Leaves[^1] with { Number = _run.Leaves.Count };
        Found("have a gap");
    }

    [Fact]
    public void A_leaf_of_no_event_is_found()
    {
        _run.Leaves.Add(_run.Leaves[^1] with { Number = _run.Leaves.Count, EventId = Guid.NewGuid() });
        Found("is of no event");
    }

    [Fact]
    public void A_checkpoint_of_another_tree_is_found()
    {
        _run.Leaves[0] = _run.Leaves[0] with { Entry = [.. _run.Leaves[0].Entry, 1] };
        Found("is of another tree");
    }

    [Fact]
    public void A_checkpoint_of_more_leaves_than_there_are_is_found()
    {
        _run.Leaves.RemoveAt(_run.Leaves.Count - 1);
        Found("A checkpoint has");
    }

    [Fact]
    public void A_checkpoint_of_fewer_leaves_than_the_one_before_is_found()
    {
        _run.Checkpoints.Reverse();
        Found("came after one of");
    }

    [Fact]
    public void A_checkpoint_that_the_log_did_not_sign_is_found()
    {
        _run.Checkpoints[^1] = _run.Checkpoints[^1] with { Flaw = "No key signed it" };
        Found("cannot be believed");
    }

    private void Found(string words) => Assert.Contains(_run.Check(), f => f.Rule == nameof(LoggedEvents) && f.Text.Contains(words, StringComparison.Ordinal));
}
