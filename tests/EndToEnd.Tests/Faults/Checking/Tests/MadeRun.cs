using System.Text.Json;
using Domain.Ledger.Merkle;
using EndToEnd.Tests.Faults.Checking.Rules;
using EndToEnd.Tests.Faults.History;

namespace EndToEnd.Tests.Faults.Checking.Tests;

/// <summary>A run as it might have been, small enough to be read: what clients were told and what the store has, both to be spoilt by a test.</summary>
internal sealed class MadeRun
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly Dictionary<string, long> _versions = new(StringComparer.Ordinal);
    private int _seconds;

    public List<ClientOperation> Operations { get; } = [];

    public List<StoredEvent> Events { get; } = [];

    public List<DeliveryReceived> Received { get; } = [];

    public List<LiveEventReceived> Live { get; } = [];

    public List<ImportedFile> Files { get; } = [];

    public List<StoredDelivery> Deliveries { get; } = [];

    public List<StoredImport> Imports { get; } = [];

    public List<StoredLeaf> Leaves { get; } = [];

    public List<CheckpointTold> Checkpoints { get; } = [];

    public Dictionary<string, IReadOnlyList<string>> Views { get; } = new() { ["view_forecast_steps"] = ["(ana,1)", "(ana,2)"] };

    public Dictionary<string, IReadOnlyList<string>> Rebuilt { get; } = new() { ["view_forecast_steps"] = ["(ana,2)", "(ana,1)"] };

    /// <summary>The next instant; every question, answer and event has one of its own.</summary>
    public DateTimeOffset Next() => Start.AddSeconds(++_seconds);

    /// <summary>A client asks something and is answered, a second later.</summary>
    public ClientOperation Ask(
        OperationKind kind,
        string path,
        object? body = null,
        int? status = 200,
        string? key = null,
        object? answer = null,
        string? etag = null,
        int client = 1,
        string caller = "ana"
    )
    {
        var operation = new ClientOperation
        {
            Id = Operations.Count + 1,
            Client = client,
            Caller = caller,
            Kind = kind,
            Method = kind == OperationKind.Read ? "GET" : "POST",
            Path = path,
            Body = body as string ?? (body is null ? null : JsonSerializer.Serialize(body)),
            IdempotencyKey = key,
            AskedAt = Next(),
            AnsweredAt = Next(),
            Status = status,
            AnswerBody = status is null ? null : answer as string ?? JsonSerializer.Serialize(answer ?? new { }),
            ETag = etag,
        };
        Operations.Add(operation);
        return operation;
    }

    /// <summary>The store has an event, by default of an operation and at the time at which it was asked.</summary>
    public StoredEvent Record(ClientOperation? of, string stream, string type, object data, string? user = null, string? causation = null)
    {
        _versions[stream] = _versions.GetValueOrDefault(stream) + 1;
        var stored = new StoredEvent(
            Events.Count + 1,
            new Guid(Events.Count + 1, 0, 0, new byte[8]),
            stream,
            _versions[stream],
            type,
            JsonSerializer.Serialize(data),
            of?.AskedAt.AddMilliseconds(500) ?? Next(),
            of?.Trace,
            causation,
            user ?? of?.Caller ?? "worker"
        );
        Events.Add(stored);
        return stored;
    }

    /// <summary>A forecast is stated and recorded.</summary>
    public (ClientOperation Operation, StoredEvent Stored) Forecast(double probability, int client = 1, string caller = "ana", string? key = null)
    {
        var words = $"words {Operations.Count + 1}";
        var version = _versions.GetValueOrDefault($"forecast/rain/{caller}") + 1;
        var asked = Ask(
            OperationKind.Forecast,
            "/questions/rain/forecast",
            new { probability, rationale = words },
            key: key,
            etag: $"\"{version}\"",
            client: client,
            caller: caller
        );
        return (asked, RecordForecast(asked, probability, words));
    }

    public StoredEvent RecordForecast(ClientOperation asked, double probability, string words) =>
        Record(
            asked,
            $"forecast/rain/{asked.Caller}",
            _versions.ContainsKey($"forecast/rain/{asked.Caller}") ? "forecast_revised" : "forecast_submitted",
            new
            {
                question = "rain",
                analyst = asked.Caller,
                madeAt = asked.AskedAt.AddMilliseconds(500),
                statement = new { probability },
                rationale = words,
            }
        );

    /// <summary>A forecast's history is read as the store has it now.</summary>
    public ClientOperation ReadHistory(string analyst = "ana", int client = 1, int? steps = null)
    {
        var shown = Events.Where(e => e.Stream == $"forecast/rain/{analyst}").Take(steps ?? int.MaxValue).Select(e => new { eventId = e.Id });
        return Ask(OperationKind.Read, $"/questions/rain/forecasts/{analyst}", answer: new { steps = shown, next = (string?)null }, client: client);
    }

    /// <summary>What stands is read, as of an instant.</summary>
    public ClientOperation ReadStanding(DateTimeOffset knownAt, params StoredEvent[] standing)
    {
        var items = standing.Select(e => new
        {
            analyst = e.Stream.Split('/')[2],
            madeAt = e.At,
            probability = JsonDocument.Parse(e.Data).RootElement.GetProperty("statement").GetProperty("probability").GetDouble(),
        });
        return Ask(
            OperationKind.Read,
            $"/questions/rain/forecasts?asOf={knownAt:O}&knownAt={knownAt:O}".Replace("+00:00", "Z", StringComparison.Ordinal),
            answer: new { items, next = (string?)null }
        );
    }

    /// <summary>The outcome is confirmed.</summary>
    public StoredEvent Resolve()
    {
        var confirmed = Ask(OperationKind.Confirm, "/questions/rain/resolution/confirm", new { proposal = "p" }, caller: "bo", client: 2);
        return Record(confirmed, "question/rain", "question_resolved", new { outcome = "yes", knownAt = Next() });
    }

    /// <summary>The question is scored because of an outcome.</summary>
    public StoredEvent Score(StoredEvent claim, long? lastEventRead = null, string trigger = "Resolution", params (string Forecaster, int Revisions)[] rows) =>
        Record(
            null,
            "scoring/rain",
            "question_scored",
            new
            {
                question = "rain",
                trigger,
                triggerEvent = claim.Sequence,
                lastEventRead = lastEventRead ?? claim.Sequence,
                outcome = "yes",
                knownAt = Start.AddDays(1),
                rows = rows.Select(r => new { forecaster = r.Forecaster, revisions = r.Revisions }),
            }
        );

    /// <summary>A question is drafted and opened.</summary>
    public MadeRun WithQuestion()
    {
        var drafted = Ask(OperationKind.Draft, "/questions", new { slug = "rain" }, 201);
        Record(
            drafted,
            "question/rain",
            "question_drafted",
            new
            {
                slug = "rain",
                opensAt = Start.AddDays(-1),
                closesAt = Start.AddDays(2),
            }
        );
        var opened = Ask(OperationKind.Open, "/questions/rain/open");
        Record(opened, "question/rain", "question_opened", new { });
        return this;
    }

    /// <summary>Everything announced so far comes to a reader of /live.</summary>
    public void Follow(int reader = 1)
    {
        foreach (var stored in Events.Where(Announcements.Includes))
            Live.Add(new LiveEventReceived(reader, 1, Live.Count + 1, Next(), stored.Sequence, Announcements.NameOf(stored), "{}"));
    }

    /// <summary>An event is delivered to the webhook "hook".</summary>
    public void Deliver(StoredEvent stored, int? status = 204, string? id = null)
    {
        var body = JsonSerializer.Serialize(new { data = new { sequence = stored.Sequence, type = Announcements.NameOf(stored) } });
        Received.Add(new DeliveryReceived("hook", Received.Count + 1, Next(), id ?? $"evt_{stored.Id:N}", body, status));
    }

    /// <summary>Every event so far that has no leaf gets one, and a reader the checkpoint.</summary>
    public void Log()
    {
        foreach (var stored in Events.Skip(Leaves.Count))
            Leaves.Add(new StoredLeaf(Leaves.Count, stored.Sequence, stored.Id, System.Text.Encoding.UTF8.GetBytes(stored.Data)));
        var root = MerkleTree.Root([.. Leaves.Select(l => MerkleTree.LeafHash(l.Entry))]);
        Checkpoints.Add(new CheckpointTold(Checkpoints.Count + 1, Leaves.Count, root.ToString()));
    }

    /// <summary>What the rules find; the ledger is left out where nothing was logged.</summary>
    public IReadOnlyList<Finding> Check() =>
        HistoryCheck
            .Of(
                new FaultHistory
                {
                    Seed = 1,
                    Operations = Operations,
                    Deliveries = Received,
                    LiveEvents = Live,
                    LiveReadings = [.. Live.Select(l => l.Reader).Distinct().Select(r => new LiveReading(r, 0, Events.Count))],
                    Imports = Files,
                    Checkpoints = Checkpoints,
                },
                new StoreContents
                {
                    Events = Events,
                    StreamVersions = _versions,
                    Deliveries = Deliveries,
                    Imports = Imports,
                    Leaves = Leaves,
                    Views = Views,
                    RebuiltViews = Rebuilt,
                }
            )
            .Findings.Where(f => Checkpoints.Count > 0 || f.Rule != nameof(LoggedEvents))
            .ToList();

    /// <summary>Replaces an operation.</summary>
    public void Spoil(ClientOperation operation, Func<ClientOperation, ClientOperation> how) => Operations[Operations.IndexOf(operation)] = how(operation);

    /// <summary>Replaces an event.</summary>
    public void Spoil(StoredEvent stored, Func<StoredEvent, StoredEvent> how) => Events[Events.IndexOf(stored)] = how(stored);

    /// <summary>Takes an event out of the store as if it had never been there: those after it in its stream move up.</summary>
    public void Lose(StoredEvent lost)
    {
        Events.Remove(lost);
        _versions[lost.Stream]--;
        foreach (var later in Events.Where(e => e.Stream == lost.Stream && e.Version > lost.Version).ToList())
            Spoil(later, e => e with { Version = e.Version - 1 });
    }
}
