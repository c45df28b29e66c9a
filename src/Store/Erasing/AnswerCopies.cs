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
/// taken out. Anybody's words are in answers, in any form: a text in a form that cannot be read goes with all of the words around it, and an answer that
/// cannot be read is kept no longer.
/// </summary>
/// <param name="session">The session.</param>
/// <param name="events">The events that held the texts, whose receipts go.</param>
/// <param name="texts">The texts.</param>
/// <param name="words">What to write in their places.</param>
internal sealed class AnswerCopies(IDocumentSession session, IReadOnlyCollection<RecordedEvent> events, IReadOnlySet<string> texts, string words)
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

    private static readonly JsonSerializerOptions Written = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>JSON in which a name stands twice is none here: of two values only one would be seen.</summary>
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    private readonly HashSet<Guid> _events = [.. events.Select(e => e.Id)];
    private readonly DateTimeOffset _from = events.Min(e => e.RecordedAt) - Skew;
    private readonly DateTimeOffset _to = events.Max(e => e.RecordedAt) + Skew;
    private readonly IReadOnlySet<string> _texts = texts;
    private readonly SoughtTexts _needles = SoughtTexts.Of(texts.Where(t => t.Length > 0).SelectMany(Needles));
    private readonly SoughtTexts _parts = SoughtTexts.Of(texts.Where(t => t.Length >= ShortestPart));

    /// <summary>Erases the texts in all kept answers. It is saved with the session.</summary>
    /// <param name="token">Ends it.</param>
    public async Task EraseAsync(CancellationToken token)
    {
        await using var command = new NpgsqlCommand(
            $"""
            select id, headers::text, body, answered_at between $1 and $2 from {IdempotencyRecords.Name}
            where body is not null or (headers ? '{Receipt}' and answered_at between $1 and $2)
            """
        );
        // A receipt is kept in the transaction that records its event.
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = _from.UtcDateTime });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = _to.UtcDateTime });
        var changed = new List<(byte[] Id, string Headers, byte[]? Body)>();
        await using (var reader = await session.ExecuteReaderAsync(command, token))
        {
            while (await reader.ReadAsync(token))
            {
                var (headers, mayHoldReceipt) = (reader.GetString(1), reader.GetBoolean(3));
                var newHeaders = mayHoldReceipt ? WithoutReceipt(headers) : null;
                var body = await reader.IsDBNullAsync(2, token) ? null : (byte[])reader.GetValue(2);
                var newBody = body;
                var isChanged = body is not null && Changes(body, mayHoldReceipt, out newBody);
                if (newHeaders is not null || isChanged)
                    changed.Add(((byte[])reader.GetValue(0), newHeaders ?? headers, newBody));
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
        if (members[name] is not JsonValue value || value.GetValueKind() != JsonValueKind.String)
            return false;
        var receipt = value.GetValue<string>();
        var bytes = new byte[receipt.Length];
        return Convert.TryFromBase64String(receipt, bytes, out var length)
            && TlogProof.Parse(bytes.AsSpan(..length)).Is(out var proof, out _)
            && EventOf(proof) is { } id
            && _events.Contains(id)
            && members.Remove(name);
    }

    /// <summary>The event that a receipt is of; null where it is none of this service's, as anybody can write one.</summary>
    private static Guid? EventOf(TlogProof receipt)
    {
        try
        {
            return
                receipt.Extra is { } entry
                && JsonNode.Parse(entry.Span, documentOptions: Strict) is JsonObject members
                && members["id"] is JsonValue id
                && id.GetValueKind() == JsonValueKind.String
                && Guid.TryParseExact(id.GetValue<string>(), "D", out var found)
                ? found
                : null;
        }
        catch (Exception e) when (IsUnread(e))
        {
            return null;
        }
    }

    /// <summary>Whether an erasure changes a body.</summary>
    /// <param name="body">The body.</param>
    /// <param name="mayHoldReceipt">Whether it may hold a receipt of one of the events.</param>
    /// <param name="changed">The body with other words in the places of texts; null where that cannot be said.</param>
    private bool Changes(byte[] body, bool mayHoldReceipt, out byte[]? changed)
    {
        changed = body;
        var whole = Encoding.UTF8.GetString(body);
        if (!_needles.MayBeIn(whole) && !(mayHoldReceipt && whole.Contains($"\"{LineReceipt}\":\"", StringComparison.Ordinal)))
            return false;
        var found = false;
        var lines = new List<string>();
        foreach (var line in whole.Split('\n'))
        {
            var (before, json) = line.StartsWith(EventData, StringComparison.Ordinal) ? (EventData, line[EventData.Length..]) : ("", line);
            var replaced = Replaced(json, out var isRead);
            if (replaced is null && !isRead && (IsJson(json) ? _needles : _parts).MayBeIn(json))
            {
                changed = null;
                return true;
            }

            lines.Add(replaced is null ? line : before + replaced);
            found |= replaced is not null;
        }

        if (found)
            changed = Encoding.UTF8.GetBytes(string.Join('\n', lines));
        return found;
    }

    private static bool IsJson(string text) => text.AsSpan().TrimStart() is ['{' or '[', ..];

    /// <summary>JSON with other words in the places of texts; null where it has none of them, and where it cannot be read.</summary>
    private string? Replaced(string json, out bool isRead)
    {
        isRead = false;
        if (!IsJson(json))
            return null;
        try
        {
            var node = JsonNode.Parse(json, documentOptions: Strict)!;
            var replaced = Replace(node) ? node.ToJsonString(Written) : null;
            isRead = true;
            return replaced;
        }
        catch (Exception e) when (IsUnread(e))
        {
            return null;
        }
    }

    /// <summary>Whether JSON is none, is nested too deep, or has what is no text, such as half of a character, which is seen when it is looked at.</summary>
    private static bool IsUnread(Exception failure) => failure is JsonException or InvalidOperationException or ArgumentException;

    private bool Replace(JsonNode node)
    {
        var found = false;
        if (node is JsonObject members)
        {
            found = Remove(members, LineReceipt);
            foreach (var (name, value) in members.ToList())
            {
                if (Instead(value) is { } instead)
                    (members[name], found) = (instead, true);
                else if (value is not null)
                    found |= Replace(value);
                if (WithoutParts(name) is var other && other != name)
                {
                    var kept = members[name];
                    members.Remove(name);
                    members.Add(other, kept);
                    found = true;
                }
            }
        }
        else if (node is JsonArray entries)
        {
            for (var i = 0; i < entries.Count; i++)
            {
                if (Instead(entries[i]) is { } instead)
                    (entries[i], found) = (instead, true);
                else if (entries[i] is { } entry)
                    found |= Replace(entry);
            }
        }

        return found;
    }

    /// <summary>What a string is from then on: the words, or what it says without the texts; null for all that has none of them.</summary>
    private string? Instead(JsonNode? node)
    {
        if (node is not JsonValue value || value.GetValueKind() != JsonValueKind.String)
            return null;
        var said = value.GetValue<string>();
        if (_texts.Contains(said))
            return words;
        var inner = Replaced(said, out var isRead);
        if (!isRead && IsJson(said) && _needles.MayBeIn(said))
            return words;
        var left = WithoutParts(inner ?? said);
        return left == said ? null : left;
    }

    private string WithoutParts(string said) =>
        _parts.MayBeIn(said) ? _texts.Where(t => t.Length >= ShortestPart).Aggregate(said, (all, t) => all.Replace(t, words, StringComparison.Ordinal)) : said;
}
