using System.Net;
using System.Net.Sockets;

namespace EndToEnd.Tests.Faults.Service;

/// <summary>The proxy that cuts, delays and holds connections.</summary>
public sealed class WireTests : IAsyncLifetime
{
    private readonly TcpListener _far = new(IPAddress.Loopback, 0);
    private Wire _wire = null!;

    public ValueTask InitializeAsync()
    {
        _far.Start();
        _wire = Wire.To(((IPEndPoint)_far.LocalEndpoint).Port);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _wire.DisposeAsync();
        _far.Dispose();
    }

    [Fact]
    public async Task What_is_sent_comes_through_each_way()
    {
        var (near, far) = await ConnectAsync();
        using (near)
        using (far)
        {
            await near.SendAsync("there"u8.ToArray());
            Assert.Equal("there", await ReadAsync(far, 5));
            await far.SendAsync("back"u8.ToArray());
            Assert.Equal("back", await ReadAsync(near, 4));
        }
    }

    [Fact]
    public async Task What_is_sent_on_a_held_wire_comes_when_it_is_healed()
    {
        var (near, far) = await ConnectAsync();
        using (near)
        using (far)
        {
            _wire.Hold();
            await near.SendAsync("late"u8.ToArray());
            var coming = ReadAsync(far, 4);
            Assert.NotSame(coming, await Task.WhenAny(coming, Task.Delay(300)));
            _wire.Heal();
            Assert.Equal("late", await coming);
        }
    }

    [Fact]
    public async Task A_connection_that_lost_something_is_reset_when_the_wire_is_healed()
    {
        var (near, far) = await ConnectAsync();
        using (near)
        using (far)
        {
            _wire.Swallow();
            await near.SendAsync("lost"u8.ToArray());
            var coming = ReadAsync(far, 4);
            Assert.NotSame(coming, await Task.WhenAny(coming, Task.Delay(300)));
            _wire.Heal();
            await Assert.ThrowsAsync<SocketException>(() => coming);
        }

        var (again, there) = await ConnectAsync();
        again.Dispose();
        there.Dispose();
    }

    [Fact]
    public async Task A_cut_resets_both_sides()
    {
        var (near, far) = await ConnectAsync();
        using (near)
        using (far)
        {
            await near.SendAsync("x"u8.ToArray());
            Assert.Equal("x", await ReadAsync(far, 1));
            _wire.Cut();
            await Assert.ThrowsAsync<SocketException>(() => ReadAsync(near, 1));
            await Assert.ThrowsAsync<SocketException>(() => ReadAsync(far, 1));
        }
    }

    private async Task<(Socket Near, Socket Far)> ConnectAsync()
    {
        var near = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await near.ConnectAsync(IPAddress.Loopback, _wire.Port);
        return (near, await _far.AcceptSocketAsync());
    }

    private static async Task<string> ReadAsync(Socket from, int length)
    {
        var buffer = new byte[length];
        var read = 0;
        while (read < length && await from.ReceiveAsync(buffer.AsMemory(read)) is > 0 and var more)
            read += more;
        return System.Text.Encoding.UTF8.GetString(buffer, 0, read);
    }
}
