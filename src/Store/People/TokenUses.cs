using System.Collections.Concurrent;
using Npgsql;
using Store.Appending;
using Weasel.Postgresql.Tables;

namespace Store.People;

/// <summary>
/// The approximate time of each token's last use. Uses are noted in memory and written together from time to time, so that no request waits. They are not
/// events: nothing is decided by them, and a crash may lose the last minute.
/// </summary>
public sealed class TokenUses(NpgsqlDataSource database)
{
    private const string Name = $"{ForecastStore.Schema}.token_uses";

    private readonly ConcurrentDictionary<string, DateTimeOffset> _noted = new(StringComparer.Ordinal);

    internal static Table Table()
    {
        var table = new Table(Name);
        table.AddColumn<string>("token_id").AsPrimaryKey();
        table.AddColumn("used_at", "timestamptz").NotNull();
        return table;
    }

    /// <summary>Notes a use, without I/O.</summary>
    public void Note(string tokenId, DateTimeOffset at) => _noted[tokenId] = at;

    /// <summary>Writes the uses that were noted since the last write.</summary>
    public async Task WriteAsync(CancellationToken token)
    {
        var uses = _noted.ToArray();
        if (uses.Length == 0)
            return;
        await using var command = database.CreateCommand(
            $"""
            insert into {Name} (token_id, used_at) select * from unnest($1::text[], $2::timestamptz[])
            on conflict (token_id) do update set used_at = greatest({Name}.used_at, excluded.used_at)
            """
        );
        command.Parameters.Add(new NpgsqlParameter { Value = uses.Select(u => u.Key).ToArray() });
        command.Parameters.Add(new NpgsqlParameter { Value = uses.Select(u => u.Value.UtcDateTime).ToArray() });
        await command.ExecuteNonQueryAsync(token);
        // A token that was used in the meantime stays noted. Only what was written is removed.
        foreach (var use in uses)
            _noted.TryRemove(use);
    }

    /// <summary>The last known use of each of these tokens; those never used are absent.</summary>
    public async Task<IReadOnlyDictionary<string, DateTimeOffset>> OfAsync(IEnumerable<string> tokenIds, CancellationToken token)
    {
        var ids = tokenIds.ToArray();
        var found = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        await using var command = database.CreateCommand($"select token_id, used_at from {Name} where token_id = any($1)");
        command.Parameters.Add(new NpgsqlParameter { Value = ids });
        await using var reader = await command.ExecuteReaderAsync(token);
        while (await reader.ReadAsync(token))
            found[reader.GetString(0)] = new DateTimeOffset(reader.GetDateTime(1), TimeSpan.Zero);
        foreach (var id in ids)
        {
            if (_noted.TryGetValue(id, out var at))
                found[id] = at.ToMicroseconds();
        }

        return found;
    }
}
