using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Api.Authorization;
using Domain.Erasures;
using Marten;
using Microsoft.Extensions.Options;
using Npgsql;
using Store.Events;
using Worker;
using Worker.EventNotifications;

namespace Api.Live;

/// <summary>
/// Follows the store for all readers of this process: one look at a time, however many they are, and none while there are none. Each node
/// follows by itself, so a reader gets the same events under the same ids from any of them.
/// </summary>
public sealed class LiveTail(
    IDocumentStore store,
    NpgsqlDataSource database,
    EventNotifier notifier,
    LiveOptions options,
    IOptions<PublicAccess> access,
    ILogger<LiveTail> logger
) : BackgroundService
{
    /// <summary>The fields of a forecast's event that say why it was made.</summary>
    private static readonly string[] Why = ["rationale", "evidence"];

    private static readonly TimeSpan AfterFault = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _catchingUp = new(4);
    private int _readers;
    private TaskCompletionSource _wanted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource _following = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public LiveWindow Window { get; } = new(options.Window, options.WindowMebibytes * 1024L * 1024L);

    /// <summary>Joins a reader; false where there are as many as there may be. Who has joined leaves by <see cref="Leave"/>.</summary>
    public bool TryJoin(out Task following)
    {
        lock (_gate)
        {
            following = _following.Task;
            if (_readers >= options.Readers)
                return false;
            _readers++;
            Instrumentation.LiveReaders.Add(1);
            _wanted.TrySetResult();
            return true;
        }
    }

    public void Leave()
    {
        lock (_gate)
            _readers--;
        Instrumentation.LiveReaders.Add(-1);
    }

    /// <summary>What was recorded after a sequence, up to where the tail is: a page of it, and how far the page goes.</summary>
    public async Task<(IReadOnlyList<LiveEvent> Events, long Through)> EarlierAsync(long after, CancellationToken token)
    {
        // A few at a time: many readers that come back at once must not take the connections from those who write.
        await _catchingUp.WaitAsync(token);
        try
        {
            await using var session = store.QuerySession();
            var through = Window.Through;
            var recorded = await RecordedEvents.BetweenAsync(session, after, through, SettledEvents.LongestStep, token);
            return (await FramesAsync(session, recorded, token), recorded.Count == SettledEvents.LongestStep ? recorded[^1].Sequence : through);
        }
        finally
        {
            _catchingUp.Release();
        }
    }

    /// <summary>Whether the store has ever given out this sequence.</summary>
    public async Task<bool> KnowsAsync(long sequence, CancellationToken token) =>
        sequence <= Window.Through || sequence <= await new SettledEvents(database).LastDrawnAsync(token);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await _wanted.Task.WaitAsync(stoppingToken);
                await FollowAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                logger.LogError(e, "Following the events was interrupted; it goes on where it was");
                await Task.Delay(AfterFault, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task FollowAsync(CancellationToken token)
    {
        var settled = new SettledEvents(database);
        // After a fault the readers are still there and wait: they must get what came meanwhile.
        if (!_following.Task.IsCompleted)
        {
            Window.Start(await settled.PresentAsync(token));
            _following.SetResult();
        }

        while (true)
        {
            var from = Window.Through;
            var through = await settled.AfterAsync(from, SettledEvents.LongestStep, token);
            if (through > from)
                Window.Add(await ReadAsync(from, through, token));
            if (through - from >= SettledEvents.LongestStep)
                continue;
            if (Rest())
                return;
            await Task.Delay(options.PollMilliseconds, token);
        }
    }

    /// <summary>Ends the following when nobody reads.</summary>
    private bool Rest()
    {
        lock (_gate)
        {
            if (_readers > 0)
                return false;
            _wanted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _following = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return true;
        }
    }

    private async Task<LiveBatch> ReadAsync(long from, long through, CancellationToken token)
    {
        await using var session = store.QuerySession();
        var recorded = await RecordedEvents.BetweenAsync(session, from, through, int.MaxValue, token);
        var people = recorded.Select(e => e.StreamKey!).Where(k => k.StartsWith("analyst/", StringComparison.Ordinal)).Select(k => k["analyst/".Length..]);
        return new LiveBatch(from, through, await FramesAsync(session, recorded, token), people.ToHashSet(StringComparer.Ordinal))
        {
            Erases = recorded.Any(e => e.Data is IErasure),
        };
    }

    private async Task<IReadOnlyList<LiveEvent>> FramesAsync(IQuerySession session, IReadOnlyList<JasperFx.Events.IEvent> recorded, CancellationToken token) =>
        [.. (await notifier.NotificationsAsync(session, recorded, token)).Select(Written)];

    private LiveEvent Written(EventNotification notification)
    {
        var frame = Frame(notification);
        // Without a token nobody follows unless that is switched on; only then is there anybody from whom to keep something.
        if (access.Value is not { PublicLive: true, PublicRationales: false } || notification.Analyst is null || !Why.Any(notification.Data.ContainsKey))
            return new LiveEvent(notification, frame, frame);
        var data = (JsonObject)notification.Data.DeepClone();
        foreach (var field in Why)
            data.Remove(field);
        return new LiveEvent(notification, frame, Frame(notification with { Data = data }));
    }

    private static ReadOnlyMemory<byte> Frame(EventNotification a)
    {
        var frame = new ArrayBufferWriter<byte>(512);
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"id: {a.Sequence}\nevent: {a.Type}\ndata: "), frame);
        // JSON without indentation has no line breaks, so one data line holds it.
        using (var json = new Utf8JsonWriter(frame, new JsonWriterOptions { Encoder = EventNotificationJson.Options.Encoder }))
            JsonSerializer.Serialize(json, a, EventNotificationJson.Options);
        frame.Write("\n\n"u8);
        return frame.WrittenMemory.ToArray();
    }
}
