using EndToEnd.Tests.Faults.Checking.Rules;
using EndToEnd.Tests.Faults.History;

namespace EndToEnd.Tests.Faults.Checking.Tests;

/// <summary>What the rules about scorings, views, /live, webhooks and imports find, and what they let pass.</summary>
public sealed class WhatFollowsTests
{
    private readonly MadeRun _run = new MadeRun().WithQuestion();

    [Fact]
    public void An_outcome_that_is_scored_once_and_again_because_of_others_is_sound()
    {
        _run.Forecast(0.2);
        _run.Forecast(0.3);
        var claim = _run.Resolve();
        _run.Score(claim, rows: ("ana", 1));
        _run.Score(claim, trigger: "OtherQuestions", rows: ("ana", 1));
        Assert.Empty(_run.Check());
    }

    [Fact]
    public void An_outcome_that_was_never_scored_is_found() => Found(nameof(ScoredOnce), _run.Resolve());

    [Fact]
    public void Two_generations_because_of_one_outcome_are_found()
    {
        var claim = _run.Resolve();
        _run.Score(claim);
        Found(nameof(ScoredOnce), _run.Score(claim));
    }

    [Fact]
    public void A_generation_of_what_is_no_outcome_is_found() => Found(nameof(ScoredOnce), _run.Score(_run.Forecast(0.2).Stored));

    [Fact]
    public void A_forecast_from_before_the_outcome_that_the_scoring_did_not_read_is_found()
    {
        _run.Forecast(0.2);
        var (_, missed) = _run.Forecast(0.3);
        _run.Score(_run.Resolve(), lastEventRead: missed.Sequence - 1, rows: ("ana", 0));
        Found(nameof(ScoredOnce), missed);
    }

    [Fact]
    public void A_forecaster_without_a_row_is_found()
    {
        _run.Forecast(0.2);
        Found(nameof(ScoredOnce), _run.Score(_run.Resolve()));
    }

    [Fact]
    public void A_row_with_too_few_revisions_is_found()
    {
        _run.Forecast(0.2);
        _run.Forecast(0.3);
        Found(nameof(ScoredOnce), _run.Score(_run.Resolve(), rows: ("ana", 0)));
    }

    [Theory]
    [InlineData("(ana,1)")]
    [InlineData("(ana,1)", "(ana,2)", "(ana,2)")]
    [InlineData("(ana,1)", "(ana,3)")]
    public void A_view_that_differs_from_its_rebuild_is_found(params string[] rows)
    {
        _run.Views["view_forecast_steps"] = rows;
        Found(nameof(ViewsAsRebuilt));
    }

    [Fact]
    public void A_reader_who_gets_everything_in_order_is_served()
    {
        _run.Forecast(0.2);
        _run.Follow();
        _run.Follow(reader: 2);
        Assert.Empty(_run.Check());
    }

    [Fact]
    public void An_event_that_a_reader_did_not_get_is_found()
    {
        var (_, skipped) = _run.Forecast(0.2);
        _run.Forecast(0.3);
        _run.Follow();
        _run.Live.RemoveAll(l => l.Id == skipped.Sequence);
        Found(nameof(LiveEvents), skipped);
    }

    [Fact]
    public void An_event_that_a_reader_got_twice_or_out_of_order_is_found()
    {
        var (_, stored) = _run.Forecast(0.2);
        _run.Follow();
        var last = _run.Live[^1];
        _run.Live.Add(last with { Order = last.Order + 1 });
        Found(nameof(LiveEvents), stored);

        _run.Live.RemoveAt(_run.Live.Count - 1);
        _run.Live[0] = _run.Live[0] with { Order = last.Order + 1 };
        Found(nameof(LiveEvents), _run.Events[0]);
    }

    [Fact]
    public void An_event_of_a_person_is_announced_to_nobody()
    {
        var asked = _run.Ask(OperationKind.RegisterAnalyst, "/analysts", new { analyst = "cy" }, 201);
        var stored = _run.Record(asked, "analyst/cy", "analyst_registered", new { });
        _run.Follow();
        Assert.Empty(_run.Check());

        _run.Live.Add(new LiveEventReceived(1, 1, 99, _run.Next(), stored.Sequence, "AnalystRegistered", "{}"));
        Found(nameof(LiveEvents), stored);
    }

    [Fact]
    public void A_delivery_that_comes_twice_under_its_id_is_sound()
    {
        var stored = Hooked();
        _run.Deliver(stored, status: null);
        _run.Deliver(stored);
        _run.Deliver(stored);
        Assert.Empty(_run.Check());
    }

    [Fact]
    public void A_delivery_that_never_came_is_found()
    {
        var stored = Hooked();
        _run.Deliver(stored, status: 500);
        Found(nameof(WebhookDeliveries), stored);
    }

    [Fact]
    public void What_comes_after_the_webhook_is_wanted_though_a_slow_clock_stamped_it_before()
    {
        var stored = Hooked();
        _run.Spoil(stored, e => e with { At = e.At.AddMinutes(-1) });
        Found(nameof(WebhookDeliveries), stored);
    }

    [Fact]
    public void A_delivery_that_is_kept_as_done_and_was_not_taken_is_found()
    {
        var stored = _run.Forecast(0.2).Stored;
        _run.Deliveries.Add(new StoredDelivery("hook", stored.Sequence, stored.Id, "delivered"));
        Found(nameof(WebhookDeliveries), stored);
    }

    [Fact]
    public void A_delivery_under_another_id_is_found()
    {
        var stored = Hooked();
        _run.Deliver(stored);
        _run.Deliver(stored, id: $"evt_{Guid.NewGuid():N}");
        Found(nameof(WebhookDeliveries));
    }

    [Fact]
    public void An_import_of_which_every_row_is_there_once_is_whole()
    {
        Imported(3, 2, 1);
        Assert.Empty(_run.Check());
    }

    [Fact]
    public void A_row_that_was_counted_and_not_recorded_is_found()
    {
        Imported(3, 2, 1);
        _run.Lose(_run.Events[^1]);
        Found(nameof(ImportedRows));
    }

    [Fact]
    public void A_row_that_is_recorded_twice_is_found()
    {
        Imported(3, 2, 1);
        _run.Record(null, "forecast/rain/dee", "forecast_revised", new { rationale = "row 2" }, user: "owner", causation: "import/i");
        Found(nameof(ImportedRows), _run.Events[^1]);
    }

    [Fact]
    public void A_bad_row_that_is_recorded_is_found()
    {
        Imported(3, 2, 1);
        _run.Record(null, "forecast/rain/dee", "forecast_revised", new { rationale = "row 4" }, user: "owner", causation: "import/i");
        Found(nameof(ImportedRows), _run.Events[^1]);
    }

    [Theory]
    [InlineData(3, 3, 0)]
    [InlineData(2, 2, 0)]
    public void Counts_that_are_not_those_of_the_file_are_found(int read, int accepted, int refused)
    {
        Imported(read, accepted, refused);
        Found(nameof(ImportedRows));
    }

    [Fact]
    public void An_import_that_never_ended_is_found()
    {
        Imported(3, 2, 1, "running");
        Found(nameof(ImportedRows));
    }

    private StoredEvent Hooked()
    {
        _run.Ask(OperationKind.RegisterWebhook, "/webhooks", new { url = "http://localhost" }, 201, answer: new { id = "hook" });
        return _run.Forecast(0.2).Stored;
    }

    private void Imported(int read, int accepted, int refused, string status = "succeeded")
    {
        var asked = _run.Ask(OperationKind.Import, "/imports/forecasts", "…", 202, answer: new { id = "i" }, caller: "owner");
        ImportedRow[] rows =
        [
            new(2, "rain", "dee", "row 2", IsGood: true),
            new(3, "rain", "dee", "row 3", IsGood: true),
            new(4, "snow", "dee", "row 4", IsGood: false),
        ];
        _run.Files.Add(new ImportedFile(asked.Id, ImportedKind.Forecasts, rows, "i", End: null));
        _run.Imports.Add(new StoredImport("i", status, read, accepted, refused, 2));
        foreach (var row in rows.Where(r => r.IsGood))
            _run.Record(null, "forecast/rain/dee", "forecast_submitted", new { rationale = row.Marker }, user: "owner", causation: "import/i");
    }

    private void Found(string rule, StoredEvent? stored = null)
    {
        var findings = _run.Check();
        Assert.True(
            findings.Any(f => f.Rule == rule && (stored is null || f.Event == stored.Sequence)),
            $"{rule} did not find it; found: {string.Join("; ", findings)}"
        );
    }
}
