using EndToEnd.Tests.Faults.Checking.Rules;
using EndToEnd.Tests.Faults.History;

namespace EndToEnd.Tests.Faults.Checking.Tests;

/// <summary>What the rules about writes find, and what they let pass.</summary>
public sealed class WrittenEventsTests
{
    private readonly MadeRun _run = new MadeRun().WithQuestion();

    [Fact]
    public void A_sound_run_has_no_finding()
    {
        _run.Forecast(0.2);
        _run.Forecast(0.3, client: 2, caller: "bo");
        _run.Forecast(0.4);
        _run.ReadHistory();
        Assert.Empty(_run.Check());
    }

    [Fact]
    public void An_acknowledged_forecast_that_is_not_there_is_found()
    {
        _run.Forecast(0.2);
        var (asked, stored) = _run.Forecast(0.3);
        _run.Lose(stored);
        Found(nameof(AcknowledgedEvents), asked.Id);
    }

    [Fact]
    public void An_acknowledgement_of_another_version_is_found()
    {
        var (asked, _) = _run.Forecast(0.2);
        _run.Spoil(asked, o => o with { ETag = "\"2\"" });
        Found(nameof(AcknowledgedEvents), asked.Id);
    }

    [Fact]
    public void A_forecast_without_an_answer_may_be_there_or_not()
    {
        var (there, _) = _run.Forecast(0.2);
        var (_, kept) = _run.Forecast(0.25);
        var (lost, stored) = _run.Forecast(0.3);
        _run.Lose(stored);
        _run.Spoil(there, Unanswered);
        _run.Spoil(lost, Unanswered);
        Assert.NotNull(kept);
        Assert.Empty(_run.Check());
    }

    [Fact]
    public void A_forecast_without_an_answer_that_is_there_twice_is_found()
    {
        var (asked, stored) = _run.Forecast(0.2);
        _run.Spoil(asked, Unanswered);
        _run.RecordForecast(asked, 0.2, stored.Text("rationale")!);
        Found(nameof(RepeatedEvents), asked.Id);
    }

    [Fact]
    public void A_forecast_that_is_repeated_under_its_key_may_be_of_any_attempt_and_is_there_once()
    {
        var (first, stored) = _run.Forecast(0.2, key: "k");
        _run.Spoil(first, Unanswered);
        var again = _run.Ask(OperationKind.Forecast, first.Path, first.Body, key: "k", etag: "\"1\"");
        _run.Spoil(again, o => o with { IsReplayed = true });
        Assert.Empty(_run.Check());

        _run.RecordForecast(again, 0.2, stored.Text("rationale")!);
        Found(nameof(RepeatedEvents), first.Id);
    }

    [Fact]
    public void A_refused_forecast_that_is_there_is_found()
    {
        var (asked, _) = _run.Forecast(0.2);
        _run.Spoil(asked, o => o with { Status = 409 });
        Found(nameof(UnaskedEvents), asked.Id);
    }

    [Fact]
    public void A_fault_of_the_service_says_nothing_of_what_happened()
    {
        var (asked, _) = _run.Forecast(0.2);
        _run.Spoil(asked, o => o with { Status = 503 });
        Assert.Empty(_run.Check());
    }

    [Fact]
    public void An_event_that_nobody_asked_for_is_found()
    {
        var stored = _run.Record(null, "forecast/rain/ana", "forecast_submitted", new { rationale = "?" }, user: "ana");
        Found(nameof(UnaskedEvents), null, stored.Sequence);
    }

    [Fact]
    public void An_event_that_a_read_brought_about_is_found()
    {
        var read = _run.Ask(OperationKind.Read, "/questions/rain");
        _run.Spoil(read, o => o with { AnswerBody = "{\"version\":2}" });
        _run.Record(read, "question/rain", "criteria_clarified", new { });
        Found(nameof(UnaskedEvents), read.Id);
    }

    [Fact]
    public void What_the_service_does_by_itself_is_asked_for_by_nobody()
    {
        _run.Record(null, "question/rain", "question_closed", new { });
        Assert.Empty(_run.Check());
    }

    [Fact]
    public void Each_line_of_a_batch_is_judged_by_its_own_answer()
    {
        var body = """
            {"question":"rain","probability":0.1,"rationale":"a"}
            {"question":"rain","probability":0.2,"rationale":"b"}
            {"question":"rain","probability":0.3,"rationale":"c"}

            """;
        var batch = _run.Ask(OperationKind.ForecastBatch, "/forecasts", body, answer: "{\"line\":1,\"status\":201}\n{\"line\":2,\"status\":409}\n");
        _run.RecordForecast(batch, 0.1, "a");
        Assert.Empty(_run.Check());

        // The third was not answered and may be there; the second was refused.
        _run.RecordForecast(batch, 0.3, "c");
        Assert.Empty(_run.Check());
        _run.RecordForecast(batch, 0.2, "b");
        Found(nameof(UnaskedEvents), batch.Id);
    }

    [Fact]
    public void A_line_that_was_acknowledged_before_the_connection_broke_is_missed()
    {
        var body = "{\"question\":\"rain\",\"probability\":0.1,\"rationale\":\"a\"}\n{\"question\":\"rain\",\"probability\":0.2,\"rationale\":\"b\"}\n";
        var batch = _run.Ask(OperationKind.ForecastBatch, "/forecasts", body, answer: "{\"line\":1,\"status\":201}\n");
        _run.Spoil(batch, o => o with { Status = null });
        Found(nameof(AcknowledgedEvents), batch.Id);
    }

    [Fact]
    public void A_gap_in_the_versions_of_a_stream_is_found()
    {
        _run.Forecast(0.2);
        var (_, second) = _run.Forecast(0.3);
        _run.Spoil(second, e => e with { Version = 3 });
        Found(nameof(StreamVersions), null, second.Sequence);
    }

    [Fact]
    public void A_version_against_the_order_of_the_sequence_is_found()
    {
        var (_, first) = _run.Forecast(0.2);
        var (_, second) = _run.Forecast(0.3);
        _run.Spoil(first, e => e with { Version = 2 });
        _run.Spoil(second, e => e with { Version = 1 });
        Found(nameof(StreamVersions), null, first.Sequence);
    }

    [Fact]
    public void A_stream_that_says_another_version_than_its_events_is_found()
    {
        var (_, stored) = _run.Forecast(0.2);
        _run.Events.Remove(stored);
        Found(nameof(StreamVersions), null);
    }

    [Fact]
    public void A_repetition_that_is_answered_otherwise_is_found()
    {
        var (first, _) = _run.Forecast(0.2, key: "k");
        var again = _run.Ask(OperationKind.Forecast, first.Path, first.Body, key: "k", etag: "\"7\"");
        _run.Spoil(again, o => o with { IsReplayed = true });
        Found(nameof(ReplayedAnswers), again.Id);
    }

    private static ClientOperation Unanswered(ClientOperation operation) => operation with { Status = null, AnswerBody = null, ETag = null };

    private void Found(string rule, long? operation, long? stored = null)
    {
        var findings = _run.Check();
        Assert.True(
            findings.Any(f => f.Rule == rule && (operation is null || f.Operation == operation) && (stored is null || f.Event == stored)),
            $"{rule} did not find it; found: {string.Join("; ", findings)}"
        );
    }
}
