using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Benchmarks.Service;

/// <summary>
/// One kept-alive HTTP/1.1 connection that costs next to nothing, so that on a small machine the time goes to the service and not to who
/// measures it. It reads status, length or chunks, and nothing else.
/// </summary>
internal sealed class LeanConnection : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private byte[] _buffer = new byte[64 << 10];
    private int _start;
    private int _end;

    public static async Task<LeanConnection> OpenAsync(int port)
    {
        var connection = new LeanConnection();
        await connection._socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port));
        return connection;
    }

    public static byte[] Request(string method, string path, string token, string? body, string contentType = "application/json")
    {
        var content = body is null ? [] : Encoding.UTF8.GetBytes(body);
        var head = new StringBuilder($"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n");
        if (body is not null)
            head.Append(CultureInfo.InvariantCulture, $"Content-Type: {contentType}\r\nContent-Length: {content.Length}\r\n");
        return [.. Encoding.ASCII.GetBytes(head.Append("\r\n").ToString()), .. content];
    }

    /// <summary>Sends the request and reads its whole answer: the status, and the body's length in bytes and in lines.</summary>
    public async Task<(int Status, int Bytes, int Lines)> AskAsync(ReadOnlyMemory<byte> request)
    {
        var sent = 0;
        while (sent < request.Length)
            sent += await _socket.SendAsync(request[sent..]);
        var status = 0;
        var (length, chunked) = (0, false);
        while (true)
        {
            var line = await LineAsync();
            if (status == 0)
                status = int.Parse(line.Span.Slice(9, 3), CultureInfo.InvariantCulture);
            else if (line.Length == 0)
                break;
            else if (Is(line.Span, "Content-Length: "))
                length = int.Parse(line.Span[16..], CultureInfo.InvariantCulture);
            else if (Is(line.Span, "Transfer-Encoding: chunked"))
                chunked = true;
        }

        if (!chunked)
            return (status, length, await SkipAsync(length));
        var (bytes, lines) = (0, 0);
        while (true)
        {
            var size = int.Parse((await LineAsync()).Span, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            lines += await SkipAsync(size);
            bytes += size;
            await LineAsync();
            if (size == 0)
                return (status, bytes, lines);
        }
    }

    public void Dispose() => _socket.Dispose();

    private static bool Is(ReadOnlySpan<byte> line, string start) => line.Length >= start.Length && Ascii.EqualsIgnoreCase(line[..start.Length], start);

    private async ValueTask<ReadOnlyMemory<byte>> LineAsync()
    {
        while (true)
        {
            var at = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n');
            if (at >= 0)
            {
                var line = _buffer.AsMemory(_start, at - 1);
                _start += at + 1;
                return line;
            }

            await MoreAsync();
        }
    }

    private async ValueTask<int> SkipAsync(int length)
    {
        var lines = 0;
        while (length > 0)
        {
            if (_start == _end)
                await MoreAsync();
            var taken = Math.Min(length, _end - _start);
            lines += _buffer.AsSpan(_start, taken).Count((byte)'\n');
            _start += taken;
            length -= taken;
        }

        return lines;
    }

    private async ValueTask MoreAsync()
    {
        if (_start == _end)
            (_start, _end) = (0, 0);
        if (_end == _buffer.Length)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
            if (_end == _buffer.Length)
                Array.Resize(ref _buffer, _buffer.Length * 2);
        }

        var read = await _socket.ReceiveAsync(_buffer.AsMemory(_end));
        if (read == 0)
            throw new IOException("The service closed the connection.");
        _end += read;
    }
}
