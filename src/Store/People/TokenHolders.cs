using System.Collections.Concurrent;
using Domain.People;
using Marten;
using Npgsql;
using NpgsqlTypes;

namespace Store.People;

/// <summary>Finds the holder of a token by its hash.</summary>
/// <remarks>
/// Every request asks the database, so all nodes refuse a revoked token from the commit of the revocation on. The query is one index lookup, and the statement
/// is prepared once for each connection. A cached holder may be used only if the commit compares the holder's version anyway.
/// </remarks>
public sealed class TokenHolders(NpgsqlDataSource database, IDocumentStore store)
{
    private const int MostRemembered = 10_000;

    private readonly ConcurrentDictionary<string, (Analyst Analyst, Token Token)> _remembered = new(StringComparer.Ordinal);

    private const string Find = $"select data from {ForecastStore.Schema}.mt_doc_analyst where data -> 'tokens' @> $1 limit 1";

    /// <summary>The analyst who has a token with this hash, and the token; null if there is none, or no longer one.</summary>
    /// <param name="hash">SHA-256 of the token, in lower-case hexadecimal.</param>
    /// <param name="token">Ends the search.</param>
    public async Task<(Analyst Analyst, Token Token)?> FindAsync(string hash, CancellationToken token)
    {
        await using var command = database.CreateCommand(Find);
        command.Parameters.Add(new NpgsqlParameter { Value = $$"""[{"hash":"{{hash}}"}]""", NpgsqlDbType = NpgsqlDbType.Jsonb });
        await using var reader = await command.ExecuteReaderAsync(token);
        if (!await reader.ReadAsync(token))
            return null;
        var analyst = await store.Options.Serializer().FromJsonAsync<Analyst>(reader, 0, token);
        if (analyst.Tokens.FirstOrDefault(t => t.Hash == hash) is not { } found)
        {
            _remembered.TryRemove(hash, out _);
            return null;
        }

        if (_remembered.Count >= MostRemembered)
            _remembered.Clear();
        _remembered[hash] = (analyst, found);
        return (analyst, found);
    }

    /// <summary>
    /// The holder at the last lookup, which may be out of date; null if it is not cached. Do not refuse a caller because of it, and record nothing because of
    /// it unless the commit compares the analyst's version.
    /// </summary>
    public (Analyst Analyst, Token Token)? Remembered(string hash) => _remembered.TryGetValue(hash, out var holder) ? holder : null;
}
