using System.Globalization;
using Domain;
using Npgsql;
using Store.Events;
using Store.Ledger;

namespace Store.Operations;

/// <summary>Looks whether the ledger is kept up, and signed.</summary>
internal static class LedgerCheck
{
    private const string Name = "ledger";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestWithoutStamp = TimeSpan.FromHours(3);
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(100);

    /// <summary>The check.</summary>
    /// <param name="database">The database.</param>
    /// <param name="token">Ends it.</param>
    public static async Task<Check> RunAsync(NpgsqlDataSource database, CancellationToken token)
    {
        var reader = new LedgerReader(database);
        if (await reader.LogAsync(token) is not { } log)
            return Check.Sound(Name, "No ledger is kept on this database.");
        var before = log.Through;
        var waits = await WaitsAsync(database, before, token);
        for (var until = DateTimeOffset.UtcNow + Patience; log.Refusal is null && waits && log.Through == before && DateTimeOffset.UtcNow < until; )
        {
            await Task.Delay(Between, token);
            log = (await reader.LogAsync(token))!;
        }

        if (log.Refusal is { } refusal)
            return Check.Broken(Name, $"The ledger is not signed. {refusal}", "See docs/ledger.md, \"After a restore\", before anything else is recorded.");
        var words = string.Create(CultureInfo.InvariantCulture, $"The log {log.Origin} has {log.Size:N0} leaves");
        return waits && log.Through == before
            ? Check.Doubtful(Name, $"{words}; events wait for theirs, and none got one in five seconds.", "See that a worker runs, and what its log says.")
            : Check.Sound(Name, $"{words}, and goes on.");
    }

    /// <summary>Whether the witnesses cosign; null where none is asked.</summary>
    /// <param name="database">The database.</param>
    /// <param name="token">Ends it.</param>
    public static async Task<Check?> OfWitnessesAsync(NpgsqlDataSource database, CancellationToken token)
    {
        const string Witnesses = "witnesses";
        var asked = await new LedgerReader(database).WitnessesAsync(token);
        if (asked.Count == 0)
            return null;
        var failing = asked.Where(w => w.Failure is not null).ToList();
        if (failing.Count == 0)
            return Check.Sound(Witnesses, $"{asked.Count} cosign the ledger.");
        var words = failing.Select(w => $"{w.Url} gives no cosignature since {Instants.Format(w.FailingSince!.Value)}. {w.Failure}");
        return Check.Doubtful(Witnesses, string.Join(" ", words), "See docs/ledger.md, \"Witnesses\". The ledger goes on meanwhile, unwitnessed by these.");
    }

    /// <summary>Whether time stamps are taken; null where none ever was.</summary>
    /// <param name="database">The database.</param>
    /// <param name="now">The present.</param>
    /// <param name="token">Ends it.</param>
    public static async Task<Check?> OfTimestampsAsync(NpgsqlDataSource database, DateTimeOffset now, CancellationToken token)
    {
        const string Timestamps = "time stamps";
        if (await new LedgerTimestamps(database).LastAsync(token) is not { } last || await new LedgerReader(database).LogAsync(token) is not { } log)
            return null;
        var words = string.Create(CultureInfo.InvariantCulture, $"The last is of {Instants.Format(last.At)}, over {last.Size:N0} leaves");
        return log.Size > last.Size && now - last.At > LongestWithoutStamp
            ? Check.Doubtful(
                Timestamps,
                $"{words} of {log.Size:N0}.",
                "See that Ledger:TimestampUrl names an authority that answers, and what the worker's log says."
            )
            : Check.Sound(Timestamps, $"{words}.");
    }

    private static async Task<bool> WaitsAsync(NpgsqlDataSource database, long through, CancellationToken token)
    {
        await using var command = database.CreateCommand($"select exists (select from {EventSql.Events} where seq_id > $1)");
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = through });
        return (bool)(await command.ExecuteScalarAsync(token))!;
    }
}
