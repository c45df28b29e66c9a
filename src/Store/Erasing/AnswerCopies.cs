using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Domain.Ledger.Leaves;
using Domain.Ledger.Proofs;
using Marten;
using Npgsql;
using Store.Idempotency;

namespace Store.Erasing;

/// <summary>
/// The copies of texts in answers that are kept for repeated requests. An answer that has a text has the words in its place from then on: as JSON, as lines of
/// it, or in the server-sent events in which agents are answered, whose JSON holds further JSON as text. The receipt of an event, which holds all of it, is
/// taken out.
/// </summary>
internal sealed class AnswerCopies(IDocumentSession session, CancellationToken token)
{
    /// <summary>The header of an answer that holds a receipt.</summary>
    private const string Receipt = "Ledger-Receipt";

    /// <summary>The member that holds the receipt of a line, where many forecasts are answered line by line.</summary>
    private const string LineReceipt = "receipt";

    /// <summary>By how much the times of an event and of the answer to it can differ: the longest duration of a transaction, and more.</summary>
    private static readonly TimeSpan Skew = TimeSpan.FromHours(1);

    /// <summary>What stands before the JSON of a server-sent event.</summary>
    private const string EventData = "data: ";

    /// <summary>Shorter texts are looked for whole, and not as a part of another one.</summary>
    private const int ShortestPart = 16;

    private HashSet<Guid> _events = [];

    private static readonly JsonSerializerOptions Written = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Erases texts in all kept answers.</summary>
    /// <param name="events">The events that held them, whose receipts go.</param>
    /// <param name="texts">The texts.</param>
    /// <param name="words">What to write in their places.</param>
    public async Task EraseAsync(IReadOnlyCollection<RecordedEvent> events, IReadOnlySet<string> texts, string words)
    {
        var needles = texts.Where(t => t.Length > 0).SelectMany(Needles).Distinct(StringComparer.Ordinal).Select(Encoding.UTF8.GetBytes).ToArray();
        await using var command = new NpgsqlCommand(
            $"""
            select id, headers::text, body from {IdempotencyRecords.Name}
            where ((headers ? '{Receipt}' or position($4 in body) > 0) and answered_at between $2 and $3)
                or exists (select from unnest($1) as n (needle) where position(n.needle in body) > 0)
            """
        );
        command.Parameters.Add(new NpgsqlParameter<byte[][]> { TypedValue = needles });
        // A receipt is kept in the transaction that records its event.
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = (events.Min(e => e.RecordedAt) - Skew).UtcDateTime });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = (events.Max(e => e.RecordedAt) + Skew).UtcDateTime });
        command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = Encoding.UTF8.GetBytes($"\"{LineReceipt}\":\"") });
        _events = [.. events.Select(e => e.Id)];
        var changed = new List<(byte[] Id, string Headers, byte[]? Body)>();
        await using (var reader = await session.ExecuteReaderAsync(command, token))
        {
            while (await reader.ReadAsync(token))
            {
                var (headers, body) = (reader.GetString(1), await reader.IsDBNullAsync(2, token) ? null : (byte[])reader.GetValue(2));
                var (newHeaders, newBody) = (WithoutReceipt(headers), body is null ? null : Without(body, texts, words));
                if (newHeaders is not null || newBody is not null)
                    changed.Add(((byte[])reader.GetValue(0), newHeaders ?? headers, newBody ?? body));
            }
        }

        foreach (var (id, headers, body) in changed)
        {
            session.QueueSqlCommand(
                $"update {IdempotencyRecords.Name} set headers = cast(? as jsonb), body = ? where id = ?",
                headers,
                (object?)body ?? DBNull.Value,
                id
            );
        }
    }

    /// <summary>Parts of a text of which a body that holds it has at least one, whether its JSON escapes what is not ASCII or not.</summary>
    private static IEnumerable<string> Needles(string text)
    {
        yield return LongestPlainRun(text);
        if (text.FirstOrDefault(c => !char.IsAscii(c)) is var other and not '\0')
        {
            yield return $"u{(int)other:X4}";
            yield return $"u{(int)other:x4}";
        }
    }

    /// <summary>The longest part of a text that JSON does not have to escape.</summary>
    private static string LongestPlainRun(string text)
    {
        var (best, start) = ("", 0);
        for (var i = 0; i <= text.Length; i++)
        {
            if (i < text.Length && (char.IsAsciiLetterOrDigit(text[i]) || text[i] == ' ' || (text[i] >= 'À' && char.IsLetter(text[i]))))
                continue;
            if (i - start > best.Length)
                best = text[start..i];
            start = i + 1;
        }

        return best;
    }

    /// <summary>The headers without the receipt of one of the events; null where they have none.</summary>
    private string? WithoutReceipt(string headers)
    {
        var all = JsonNode.Parse(headers)!.AsObject();
        return Remove(all, Receipt) ? all.ToJsonString() : null;
    }

    /// <summary>Takes away a member that holds the receipt of one of the events.</summary>
    /// <returns>Whether it is one.</returns>
    private bool Remove(JsonObject members, string name)
    {
        if (members[name] is not JsonValue value || !value.TryGetValue<string>(out var receipt))
            return false;
        var bytes = new byte[receipt.Length];
        if (!Convert.TryFromBase64String(receipt, bytes, out var length) || !TlogProof.Parse(bytes.AsSpan(..length)).Is(out var proof, out _))
            return false;
        if (proof.Extra is not { } entry || JsonNode.Parse(entry.Span)?["id"]?.GetValue<string>() is not { } id || !_events.Contains(Guid.Parse(id)))
            return false;
        return members.Remove(name);
    }

    /// <summary>The body with other words in the places of texts; null where it has none of them.</summary>
    private byte[]? Without(byte[] body, IReadOnlySet<string> texts, string words)
    {
        var found = false;
        var lines = new List<string>();
        foreach (var line in Encoding.UTF8.GetString(body).Split('\n'))
        {
            var (before, json) = line.StartsWith(EventData, StringComparison.Ordinal) ? (EventData, line[EventData.Length..]) : ("", line);
            if (Replaced(json, texts, words) is { } replaced)
            {
                lines.Add(before + replaced);
                found = true;
            }
            else
                lines.Add(line);
        }

        return found ? Encoding.UTF8.GetBytes(string.Join('\n', lines)) : null;
    }

    /// <summary>JSON with other words in the places of texts; null where it has none of them, or is no JSON.</summary>
    private string? Replaced(string json, IReadOnlySet<string> texts, string words)
    {
        if (json.TrimStart() is not ['{' or '[', ..])
            return null;
        try
        {
            var node = JsonNode.Parse(json)!;
            return Replace(node, texts, words) ? node.ToJsonString(Written) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private bool Replace(JsonNode node, IReadOnlySet<string> texts, string words)
    {
        var found = false;
        if (node is JsonObject members)
        {
            found = Remove(members, LineReceipt);
            foreach (var (name, value) in members.ToList())
            {
                if (Instead(value, texts, words) is { } instead)
                    (members[name], found) = (instead, true);
                else if (value is not null)
                    found |= Replace(value, texts, words);
            }
        }
        else if (node is JsonArray entries)
        {
            for (var i = 0; i < entries.Count; i++)
            {
                if (Instead(entries[i], texts, words) is { } instead)
                    (entries[i], found) = (instead, true);
                else if (entries[i] is { } entry)
                    found |= Replace(entry, texts, words);
            }
        }

        return found;
    }

    /// <summary>What a string is from then on: the words, or what it says without the texts; null for all that has none of them.</summary>
    private string? Instead(JsonNode? node, IReadOnlySet<string> texts, string words)
    {
        if (node is not JsonValue value || value.GetValueKind() != JsonValueKind.String)
            return null;
        var said = value.GetValue<string>();
        if (texts.Contains(said))
            return words;
        if (Replaced(said, texts, words) is { } inner)
            return inner;
        var part = texts.Where(t => t.Length >= ShortestPart).Aggregate(said, (all, t) => all.Replace(t, words, StringComparison.Ordinal));
        return part == said ? null : part;
    }
}
