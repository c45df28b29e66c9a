using EndToEnd.Tests.Faults.Checking.Rules;
using EndToEnd.Tests.Faults.History;

namespace EndToEnd.Tests.Faults.Checking.Tests;

/// <summary>What the rules about order and about reads find, and what they let pass.</summary>
public sealed class ReadsTests
{
    private readonly MadeRun _run = new MadeRun().WithQuestion();

    [Fact]
    public void A_stream_against_the_order_in_which_a_client_wrote_is_found()
    {
        var (first, a) = _run.Forecast(0.2);
        var (second, b) = _run.Forecast(0.3);
        // The store has the second write first.
        _run.Spoil(a, e => e with { Correlation = second.Trace, Data = b.Data });
        _run.Spoil(b, e => e with { Correlation = first.Trace, Data = a.Data });
        _run.Spoil(first, o => o with { ETag = null });
        _run.Spoil(second, o => o with { ETag = null });
        Found(nameof(OrderOfClients));
    }

    [Fact]
    public void A_write_that_was_not_answered_may_come_later()
    {
        var (first, a) = _run.Forecast(0.2);
        var (second, b) = _run.Forecast(0.3);
        _run.Spoil(a, e => e with { Correlation = second.Trace, Data = b.Data });
        _run.Spoil(b, e => e with { Correlation = first.Trace, Data = a.Data });
        _run.Spoil(first, o => o with { ETag = null, Status = null, AnswerBody = null });
        _run.Spoil(second, o => o with { ETag = null });
        Assert.Empty(_run.Check());
    }

    [Fact]
    public void A_read_that_misses_what_was_acknowledged_to_another_client_before_is_found()
    {
        _run.Forecast(0.2);
        _run.Forecast(0.3);
        _run.ReadHistory(client: 2, steps: 1);
        Found(nameof(OrderOfClients));
    }

    [Fact]
    public void Two_reads_that_see_different_orders_are_found()
    {
        _run.Forecast(0.2);
        _run.Forecast(0.3);
        var read = _run.ReadHistory();
        var ids = _run.Events.Where(e => e.Stream == "forecast/rain/ana").Select(e => e.Id).Reverse();
        _run.Spoil(read, o => o with { AnswerBody = $$"""{"steps":[{{string.Join(',', ids.Select(i => $"{{\"eventId\":\"{i}\"}}"))}}]}""" });
        Found(nameof(OrderOfClients));
    }

    [Fact]
    public void A_history_that_goes_back_is_found()
    {
        _run.Forecast(0.2);
        _run.Forecast(0.3);
        _run.ReadHistory(client: 3);
        var back = _run.ReadHistory(client: 3, steps: 1);
        Found(nameof(ReadsGoForward), back);
    }

    [Fact]
    public void A_question_that_goes_back_is_found()
    {
        _run.Ask(OperationKind.Read, "/questions/rain", answer: new { version = 2 });
        var back = _run.Ask(OperationKind.Read, "/questions/rain", answer: new { version = 1 });
        Found(nameof(ReadsGoForward), back);
    }

    [Fact]
    public void A_client_that_does_not_read_its_own_write_is_found()
    {
        var read = _run.Ask(OperationKind.Read, "/questions/rain", answer: new { version = 1 });
        Found(nameof(ReadsGoForward), read);
    }

    [Fact]
    public void Scores_that_go_back_a_generation_are_found()
    {
        _run.Ask(OperationKind.Read, "/questions/rain/scores", answer: new { generation = 2 });
        var back = _run.Ask(OperationKind.Read, "/questions/rain/scores", answer: new { generation = 1 });
        Found(nameof(ReadsGoForward), back);
    }

    [Fact]
    public void Another_client_may_be_behind()
    {
        _run.Ask(OperationKind.Read, "/questions/rain/scores", answer: new { generation = 2 });
        _run.Ask(OperationKind.Read, "/questions/rain/scores", answer: new { generation = 1 }, client: 2);
        Assert.Empty(_run.Check());
    }

    [Fact]
    public void What_stood_at_an_instant_is_what_the_record_says()
    {
        var (_, first) = _run.Forecast(0.2);
        var (_, second) = _run.Forecast(0.3);
        var (_, other) = _run.Forecast(0.7, client: 2, caller: "bo");
        _run.ReadStanding(first.At, first);
        _run.ReadStanding(second.At, second);
        _run.ReadStanding(other.At, second, other);
        Assert.Empty(_run.Check());
    }

    [Fact]
    public void What_was_recorded_after_the_instant_is_found_in_its_answer()
    {
        var (_, first) = _run.Forecast(0.2);
        var (_, second) = _run.Forecast(0.3);
        var read = _run.ReadStanding(first.At, second);
        Found(nameof(PastAnswers), read);
    }

    [Fact]
    public void What_is_missing_in_the_answer_for_an_instant_is_found()
    {
        var (_, first) = _run.Forecast(0.2);
        Found(nameof(PastAnswers), _run.ReadStanding(first.At));
    }

    [Fact]
    public void What_was_under_way_when_the_past_was_read_may_be_in_the_answer_or_not()
    {
        var (asked, stored) = _run.Forecast(0.2);
        var without = _run.ReadStanding(stored.At);
        var with = _run.ReadStanding(stored.At, stored);
        _run.Spoil(asked, o => o with { AnsweredAt = with.AnsweredAt!.Value.AddSeconds(1) });
        Assert.NotNull(without);
        Assert.Empty(_run.Check());
    }

    private void Found(string rule, ClientOperation? operation = null)
    {
        var findings = _run.Check();
        Assert.True(
            findings.Any(f => f.Rule == rule && (operation is null || f.Operation == operation.Id)),
            $"{rule} did not find it; found: {string.Join("; ", findings)}"
        );
    }
}
