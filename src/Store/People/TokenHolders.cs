using System.Collections.Concurrent;
using Domain.People;
using Marten;
using Npgsql;
using NpgsqlTypes;

namespace Store.People;

/// <summary>Finds whose a token is, by what is kept of it.</summary>
/// <remarks>
/// Every request asks the database, so a token that one node revokes is refused by all of them from that commit on. The question is one
/// look into an index, and the statement is prepared once a connection. Only where a commit compares the holder's version anyway may the
/// holder be remembered from the last time.
/// </remarks>
public sealed class TokenHolders(NpgsqlDataSource database, IDocumentStore store)
{
    private const int MostRemembered = 10_000;

    private readonly ConcurrentDictionary<string, (Analyst Analyst, Token Token)> _remembered = new(StringComparer.Ordinal);

    private const string Find = $"select data from {ForecastStore.Schema}.mt_doc_analyst where data -> 'tokens' @> $1 limit 1";

    /// <summary>The analyst who has a token of this hash, and the token; null where nobody has, or has any more.</summary>
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
    /// Whose the token was when it was last looked up, which may be out of date; null where that is not remembered. Nobody is to be refused on
    /// it, and nothing recorded on it whose commit does not compare the analyst's version.
    /// </summary>
    public (Analyst Analyst, Token Token)? Remembered(string hash) => _remembered.TryGetValue(hash, out var holder) ? holder : null;
}
