using Domain.People;
using Marten;
using Npgsql;
using NpgsqlTypes;

namespace Store.People;

/// <summary>Finds whose a token is, by what is kept of it.</summary>
/// <remarks>
/// Every request asks the database, so a token that one node revokes is refused by all of them from that commit on. The question is one
/// look into an index, and the statement is prepared once a connection.
/// </remarks>
public sealed class TokenHolders(NpgsqlDataSource database, IDocumentStore store)
{
    private const string Find = $"select data from {ForecastStore.Schema}.mt_doc_analyst where data -> 'tokens' @> $1 limit 1";

    /// <summary>The analyst who has a token of this hash, and the token; null where nobody has, or has any more.</summary>
    /// <param name="hash">SHA-256 of the token, in lower-case hexadecimal.</param>
    /// <param name="token">Ends the search.</param>
    public async Task<(Analyst Analyst, Token Token)?> FindAsync(string hash, CancellationToken token)
    {
        await using var command = database.CreateCommand(Find);
        command.Parameters.Add(new NpgsqlParameter { Value = $$"""[{"hash":"{{hash}}"}]""", NpgsqlDbType = NpgsqlDbType.Jsonb });
        await using var reader = await command.ExecuteReaderAsync(token);
        if (!await reader.ReadAsync(token)) return null;
        var analyst = await store.Options.Serializer().FromJsonAsync<Analyst>(reader, 0, token);
        return analyst.Tokens.FirstOrDefault(t => t.Hash == hash) is { } found ? (analyst, found) : null;
    }
}
