using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Api.Authorization;
using Worker.EventNotifications;

namespace Api.Live;

/// <summary>Why a reader was dropped.</summary>
public sealed class DroppedException(string reason) : Exception(reason);

/// <summary>Writes one reader's stream: what it missed, what comes, and a heartbeat when nothing does.</summary>
public sealed class LiveReader(
    HttpContext http,
    LiveTail tail,
    LiveOptions options,
    EventNotificationFilter filter,
    LiveAccess access,
    CancellationToken stopping
)
{
    private const int Piece = 32 * 1024;

    private readonly bool _isShownWhy = http.SeesRationales();
    private long _position;

    /// <summary>Streams until the reader goes, or is dropped for a reason that its last event gives.</summary>
    /// <param name="after">The last sequence that the reader has; null for what comes from now.</param>
    public async Task RunAsync(long? after)
    {
        try
        {
            var batch = tail.Window.Last();
            _position = after ?? batch.Through;
            Write($": following\nretry: 2000\nid: {_position}\n\n");
            await FlushAsync();
            if (after is not null)
                batch = await CatchUpAsync();
            await FollowAsync(batch);
        }
        catch (DroppedException dropped)
        {
            // Its id stays out: who comes back goes on after the last event that it got.
            var reason = JsonSerializer.Serialize(new { reason = dropped.Message, resumeAfter = _position }, EventNotificationJson.Options);
            Write($"event: dropped\ndata: {reason}\n\n");
            await FlushAsync();
        }
    }

    /// <summary>Reads from the store until what comes next is in the window.</summary>
    private async Task<LiveBatch> CatchUpAsync()
    {
        while (true)
        {
            if (tail.Window.Holding(_position) is not { } batch)
            {
                await access.CheckAsync();
                var (events, through) = await tail.EarlierAsync(_position, http.RequestAborted);
                await WriteAsync(events);
                _position = through;
            }
            else if (batch.Through <= _position)
            {
                return batch;
            }
            else if (batch.Events is { } kept)
            {
                await WriteAsync(kept);
                _position = batch.Through;
                return batch;
            }
        }
    }

    private async Task FollowAsync(LiveBatch batch)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stopping, http.RequestAborted);
        while (true)
        {
            if (!batch.Next.IsCompleted)
                await FlushAsync();
            try
            {
                batch = await batch.Next.WaitAsync(access.Wait(TimeSpan.FromSeconds(options.HeartbeatSeconds)), ending.Token);
            }
            catch (TimeoutException)
            {
                await access.CheckAsync();
                // The id lets a reader whose filter lets little through go on from here.
                Write($": heartbeat\nid: {_position}\n\n");
                continue;
            }
            catch (OperationCanceledException) when (!http.RequestAborted.IsCancellationRequested)
            {
                throw new DroppedException("The service stops; connect again to go on.");
            }

            if (access.IsOver || access.Concerns(batch.PeopleChanged))
                await access.CheckAsync();
            await WriteAsync(batch);
        }
    }

    private async Task WriteAsync(LiveBatch batch)
    {
        var events =
            batch.Events
            ?? throw new DroppedException(
                $"You read too slowly: more than {options.Window} events or {options.WindowMebibytes} MiB came since the last one that you took. "
                    + "Connect again to go on after it."
            );
        await WriteAsync(events);
        _position = Math.Max(_position, batch.Through);
    }

    private async Task WriteAsync(IReadOnlyList<LiveEvent> events)
    {
        foreach (var e in events)
        {
            if (e.Notification.Sequence <= _position || !filter.Wants(e.Notification))
                continue;
            http.Response.BodyWriter.Write((_isShownWhy ? e.Frame : e.PublicFrame).Span);
            _position = e.Notification.Sequence;
            if (http.Response.BodyWriter.UnflushedBytes > Piece)
                await FlushAsync();
        }
    }

    private void Write(string text) => Encoding.UTF8.GetBytes(text, http.Response.BodyWriter);

    private void Write(FormattableString text) => Write(text.ToString(CultureInfo.InvariantCulture));

    /// <summary>Waits for the reader to take what was written; one that takes nothing for too long is cut off.</summary>
    private async ValueTask FlushAsync()
    {
        var flushing = http.Response.BodyWriter.FlushAsync(http.RequestAborted);
        if (flushing.IsCompletedSuccessfully)
        {
            _ = flushing.Result;
            return;
        }

        try
        {
            await flushing.AsTask().WaitAsync(TimeSpan.FromSeconds(options.WriteSeconds));
        }
        catch (TimeoutException)
        {
            http.Abort();
            throw new OperationCanceledException("The reader took nothing any more.");
        }
    }
}
