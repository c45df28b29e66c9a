using Domain;
using Domain.Ledger.Notes;
using Domain.Ledger.Text;
using Npgsql;

namespace Store.Ledger;

/// <summary>Verifies a time stamp by RFC 3161.</summary>
/// <param name="token">The token, in DER.</param>
/// <param name="data">The bytes that it has to be over.</param>
/// <returns>When they were stamped, UTC; or why the token does not hold.</returns>
public delegate Parsed<DateTimeOffset> TimestampVerifier(ReadOnlyMemory<byte> token, ReadOnlySpan<byte> data);

/// <summary>Verifies the time stamps that are kept, each over its checkpoint.</summary>
/// <param name="database">The database.</param>
/// <param name="verify">Verifies one.</param>
internal sealed class VerifiedTimestamps(NpgsqlDataSource database, TimestampVerifier verify)
{
    private const int Page = 256;

    /// <summary>Looks through the time stamps.</summary>
    /// <param name="found">Where to say what does not fit.</param>
    /// <param name="token">Ends the look.</param>
    /// <returns>How many there are.</returns>
    public async Task<long> VerifyAsync(FoundMismatches found, CancellationToken token)
    {
        var (count, after) = (0L, -1L);
        while (true)
        {
            await using var command = database.CreateCommand(
                $"""
                select t.size, t.taken_at, t.token, c.note from {LedgerTables.Timestamps} t left join {LedgerTables.Checkpoints} c on c.size = t.size
                where t.size > $1 order by t.size limit $2
                """
            );
            command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = after });
            command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = Page });
            var read = 0;
            await using var reader = await command.ExecuteReaderAsync(token);
            for (; await reader.ReadAsync(token); read++)
            {
                after = reader.GetInt64(0);
                var note = await reader.IsDBNullAsync(3, token) ? null : reader.GetString(3);
                var stamp = new KeptTimestamp(after, reader.GetFieldValue<DateTimeOffset>(1), reader.GetFieldValue<byte[]>(2));
                if (Wrong(stamp, note) is { } what)
                    found.Add(new LedgerMismatch(MismatchKind.Timestamp, $"The time stamp of the checkpoint of size {after}: {what}."));
            }

            count += read;
            if (read < Page)
                return count;
        }
    }

    private string? Wrong(KeptTimestamp stamp, string? note)
    {
        if (note is null)
            return "the checkpoint is missing";
        if (!SignedNote.Parse(System.Text.Encoding.UTF8.GetBytes(note)).Is(out var signed, out var malformed))
            return malformed.Reason;
        if (!verify(stamp.Token, System.Text.Encoding.UTF8.GetBytes(signed.Text)).Is(out var at, out malformed))
            return malformed.Reason;
        return Instants.ToMicroseconds(at) == Instants.ToMicroseconds(stamp.At)
            ? null
            : $"its token says {Instants.Format(at.ToUniversalTime())}, and it is kept as of {Instants.Format(stamp.At.ToUniversalTime())}";
    }
}
