using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace EndToEnd.Tests.Faults.Service;

/// <summary>A stretch of network between two processes: connections go through it, and it can cut, delay, hold or swallow what they carry.</summary>
internal sealed class Wire : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly int _target;
    private readonly ConcurrentDictionary<Connection, bool> _connections = [];
    private readonly CancellationTokenSource _ending = new();
    private readonly Task _accepting;
    private TaskCompletionSource _flows = Opened();
    private long _delayTicks;
    private volatile bool _swallows;

    private Wire(int port, int target)
    {
        (Port, _target) = (port, target);
        _listener = new TcpListener(IPAddress.Loopback, port);
        _listener.Start(512);
        _accepting = AcceptAsync();
    }

    /// <summary>Where it is entered.</summary>
    public int Port { get; }

    /// <param name="target">The port, on this machine, to which it leads.</param>
    public static Wire To(int target) => new(Waiting.FreePort(), target);

    /// <summary>Cuts every connection that there is, as a router does that forgets them; new ones go through.</summary>
    public void Cut()
    {
        foreach (var connection in _connections.Keys)
            connection.Reset();
    }

    /// <summary>From now on everything takes this much longer, each way.</summary>
    public void Delay(TimeSpan by) => Interlocked.Exchange(ref _delayTicks, by.Ticks);

    /// <summary>Nothing goes through, and nothing is lost: it comes late, with <see cref="Heal"/>.</summary>
    public void Hold() => Interlocked.Exchange(ref _flows, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));

    /// <summary>
    /// Everything sent is lost and neither side is told: connections are half-open. Those that lost something are cut with <see cref="Heal"/>.
    /// </summary>
    public void Swallow() => _swallows = true;

    /// <summary>Everything goes through again.</summary>
    public void Heal()
    {
        Delay(TimeSpan.Zero);
        _swallows = false;
        foreach (var connection in _connections.Keys.Where(c => c.IsTorn))
            connection.Reset();
        Volatile.Read(ref _flows).TrySetResult();
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        _listener.Stop();
        Heal();
        Cut();
        await _accepting;
        _ending.Dispose();
    }

    private static TaskCompletionSource Opened()
    {
        var source = new TaskCompletionSource();
        source.SetResult();
        return source;
    }

    private async Task AcceptAsync()
    {
        while (!_ending.IsCancellationRequested)
        {
            try
            {
                _ = CarryAsync(await _listener.AcceptSocketAsync(_ending.Token));
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                // It ends, or a client gave up before it was let in.
            }
        }
    }

    private async Task CarryAsync(Socket near)
    {
        using var connection = new Connection(near);
        _connections[connection] = true;
        try
        {
            await Volatile.Read(ref _flows).Task.WaitAsync(_ending.Token);
            await connection.Far.ConnectAsync(IPAddress.Loopback, _target, _ending.Token);
            connection.Near.NoDelay = connection.Far.NoDelay = true;
            await Task.WhenAll(PumpAsync(connection, connection.Near, connection.Far), PumpAsync(connection, connection.Far, connection.Near));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // One side is gone, and so the other shall be.
            connection.Reset();
        }
        finally
        {
            _connections.TryRemove(connection, out _);
        }
    }

    private async Task PumpAsync(Connection connection, Socket from, Socket to)
    {
        try
        {
            var buffer = new byte[16 << 10];
            while (true)
            {
                var read = await from.ReceiveAsync(buffer, _ending.Token);
                await Volatile.Read(ref _flows).Task.WaitAsync(_ending.Token);
                if (Interlocked.Read(ref _delayTicks) is > 0 and var ticks)
                    await Task.Delay(TimeSpan.FromTicks(ticks), _ending.Token);
                if (_swallows || connection.IsTorn)
                {
                    connection.IsTorn = true;
                    if (read == 0)
                        return;
                    continue;
                }

                if (read == 0)
                {
                    to.Shutdown(SocketShutdown.Send);
                    return;
                }

                for (var sent = 0; sent < read; )
                    sent += await to.SendAsync(buffer.AsMemory(sent, read - sent), _ending.Token);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            if (!_swallows)
                connection.Reset();
            else
                connection.IsTorn = true;
        }
    }

    private sealed class Connection(Socket near) : IDisposable
    {
        public Socket Near { get; } = near;

        public Socket Far { get; } = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

        /// <summary>Whether something that it carried was lost.</summary>
        public volatile bool IsTorn;

        public void Reset()
        {
            foreach (var socket in (Socket[])[Near, Far])
            {
                try
                {
                    // Closed at once and with a reset, as the other end of a cut connection learns it.
                    socket.LingerState = new LingerOption(true, 0);
                }
                catch (Exception e) when (e is SocketException or ObjectDisposedException)
                {
                    // It is closed already.
                }

                socket.Dispose();
            }
        }

        public void Dispose()
        {
            Near.Dispose();
            Far.Dispose();
        }
    }
}
