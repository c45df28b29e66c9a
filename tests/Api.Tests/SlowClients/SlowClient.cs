using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Api.Tests.SlowClients;

/// <summary>A client that speaks HTTP over a socket of its own, at whatever pace it likes.</summary>
public sealed class SlowClient : IDisposable
{
    private readonly Socket _socket;
    private readonly Queue<string> _left = new();

    private SlowClient(Socket socket) => _socket = socket;

    /// <summary>Whether the service has answered nothing and holds the connection.</summary>
    public bool IsUnanswered => !_socket.Poll(0, SelectMode.SelectRead);

    /// <summary>Whether the service has answered something that is not read yet, and holds the connection.</summary>
    public bool HasMoreToRead => _socket.Poll(0, SelectMode.SelectRead) && _socket.Available > 0;

    /// <summary>Connects, and sends the beginning of a request.</summary>
    /// <param name="address">The service.</param>
    /// <param name="beginning">What is sent at once.</param>
    /// <param name="left">What is sent later, piece by piece.</param>
    public static async Task<SlowClient> ConnectAsync(Uri address, string beginning, params IEnumerable<string> left)
    {
        // A small window, so that what is not read soon waits at the other side.
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveBufferSize = 4_096 };
        await socket.ConnectAsync(IPAddress.Parse(address.Host), address.Port);
        var client = new SlowClient(socket);
        foreach (var piece in left)
            client._left.Enqueue(piece);
        await client.SendAsync(beginning);
        return client;
    }

    /// <summary>Sends a little more, unless the rest is to be kept back.</summary>
    /// <param name="keep">How many pieces stay unsent.</param>
    public async Task TrickleAsync(int keep = 1)
    {
        if (_left.Count > keep)
            await SendAsync(_left.Dequeue());
    }

    /// <summary>Sends what is left of the request, and reads the status that is answered.</summary>
    public async Task<HttpStatusCode> FinishAsync(CancellationToken token)
    {
        while (_left.Count > 0)
            await TrickleAsync(keep: 0);
        return await ReadStatusAsync(token);
    }

    /// <summary>Reads the status that is answered.</summary>
    public async Task<HttpStatusCode> ReadStatusAsync(CancellationToken token)
    {
        var head = new byte[12];
        for (var read = 0; read < head.Length; )
        {
            var more = await _socket.ReceiveAsync(head.AsMemory(read), token);
            if (more == 0)
                throw new EndOfStreamException("The service closed the connection and answered nothing.");
            read += more;
        }

        return (HttpStatusCode)int.Parse(Encoding.ASCII.GetString(head, 9, 3), System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>Reads to the end of the connection, and answers how many bytes that were and the last of them.</summary>
    public async Task<(long Bytes, string End)> DrainAsync(CancellationToken token)
    {
        var (buffer, bytes, end) = (new byte[1 << 16], 0L, "");
        for (int read; (read = await _socket.ReceiveAsync(buffer, token)) > 0; bytes += read)
        {
            end += Encoding.Latin1.GetString(buffer, 0, read);
            end = end[^Math.Min(end.Length, 100)..];
        }

        return (bytes, end);
    }

    /// <summary>Whether the service has cut the connection off: tried by sending a byte, which a service that waits for nothing passes over.</summary>
    public bool IsReset()
    {
        try
        {
            return _socket.Send("\n"u8) == 0;
        }
        catch (SocketException)
        {
            return true;
        }
    }

    public void Dispose() => _socket.Dispose();

    private async Task SendAsync(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        for (var sent = 0; sent < bytes.Length; )
            sent += await _socket.SendAsync(bytes.AsMemory(sent));
    }
}
