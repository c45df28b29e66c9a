using System.Security.Cryptography;
using System.Text;

namespace Api.Requests;

/// <summary>The name that a caller gives a write, so that it can be repeated without being done twice.</summary>
public sealed record IdempotencyKey
{
    public const string Header = "Idempotency-Key";

    public const int MaxLength = 200;

    private IdempotencyKey(string text) => Text = text;

    public string Text { get; }

    /// <summary>The key that came with the request; null where what came is none.</summary>
    public static IdempotencyKey? Of(HttpRequest request)
    {
        var sent = request.Headers[Header];
        return sent is [{ Length: >= 1 and <= MaxLength } text] && text.All(c => c is > ' ' and <= '~') ? new IdempotencyKey(text) : null;
    }

    /// <summary>What one answer is kept under: the same key of another person, or on another thing, is another key.</summary>
    public byte[] Id(string caller, HttpRequest request)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var part in (string[])[caller, request.Method, request.PathBase + request.Path, request.QueryString.Value ?? "", Text])
        {
            var bytes = Encoding.UTF8.GetBytes(part);
            hash.AppendData(BitConverter.GetBytes(bytes.Length));
            hash.AppendData(bytes);
        }

        return hash.GetHashAndReset();
    }
}
