using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Worker;

/// <summary>The worker's metrics and traces.</summary>
public static class Instrumentation
{
    /// <summary>The name of the activity source and of the meter.</summary>
    public const string Name = "Forecasts";

    /// <summary>The source of the spans of reactions.</summary>
    public static readonly ActivitySource Source = new(Name);

    private static readonly Meter Meter = new(Name);

    /// <summary>Seconds from the recording of the event that triggers a scoring to its generation.</summary>
    public static readonly Histogram<double> ScoringLatency = Meter.CreateHistogram<double>(
        "forecasts.scoring.latency",
        "s",
        "From the confirmed resolution to its scoring"
    );

    /// <summary>Commits of events that requests cause.</summary>
    public static readonly Counter<long> Appends = Meter.CreateCounter<long>("forecasts.appends", "{commit}", "Commits of events by requests");

    /// <summary>Generations of scores that were appended.</summary>
    public static readonly Counter<long> Generations = Meter.CreateCounter<long>(
        "forecasts.scoring.generations",
        "{generation}",
        "Generations of scores appended"
    );

    /// <summary>Attempts to deliver to webhooks, by the status of the delivery.</summary>
    public static readonly Counter<long> WebhookAttempts = Meter.CreateCounter<long>(
        "forecasts.webhooks.attempts",
        "{attempt}",
        "Attempts to deliver to webhooks"
    );

    /// <summary>Leaves that this process appended to the ledger.</summary>
    public static readonly Counter<long> LedgerLeaves = Meter.CreateCounter<long>("forecasts.ledger.leaves", "{leaf}", "Leaves appended to the ledger");

    /// <summary>1 while this process refuses to sign the ledger, because a copy is ahead of the database or differs from it; else 0.</summary>
    public static readonly UpDownCounter<long> LedgerRefusals = Meter.CreateUpDownCounter<long>(
        "forecasts.ledger.refused",
        "{refusal}",
        "Whether signing the ledger is refused"
    );

    /// <summary>Requests to witnesses, by the address of the witness and whether it cosigned.</summary>
    public static readonly Counter<long> LedgerCosignatures = Meter.CreateCounter<long>(
        "forecasts.ledger.cosignatures",
        "{request}",
        "Requests to witnesses for cosignatures on the ledger"
    );

    /// <summary>How many of the witnesses that this process asks give no cosignature at present.</summary>
    public static readonly UpDownCounter<long> LedgerWitnessesFailing = Meter.CreateUpDownCounter<long>(
        "forecasts.ledger.witnesses.failing",
        "{witness}",
        "Witnesses of the ledger that give no cosignature"
    );

    /// <summary>Requests to the time-stamping authority, by whether it gave a token.</summary>
    public static readonly Counter<long> LedgerTimestamps = Meter.CreateCounter<long>(
        "forecasts.ledger.timestamps",
        "{request}",
        "Requests for time stamps of the ledger"
    );

    /// <summary>The number of live followers in this process.</summary>
    public static readonly UpDownCounter<long> LiveReaders = Meter.CreateUpDownCounter<long>("forecasts.live.readers", "{reader}", "Readers of /live");

    /// <summary>Publishes the number of events that wait for the reactions. It is read whenever metrics are.</summary>
    public static void ObserveLag(Func<long> behind) =>
        Meter.CreateObservableGauge("forecasts.reactions.behind", behind, "{event}", "Events recorded and not yet handed to the reactions");

    /// <summary>Continues the trace of the request that recorded an event. The event's causation is the request's W3C trace parent.</summary>
    public static Activity? Continue(string name, string? causation) =>
        ActivityContext.TryParse(causation, null, out var parent)
            ? Source.StartActivity(name, ActivityKind.Consumer, parent)
            : Source.StartActivity(name, ActivityKind.Consumer);
}
