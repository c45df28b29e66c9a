using Domain.People;
using Marten;
using Npgsql;
using Store.Events;
using Weasel.Postgresql.Tables;

namespace Store.People;

/// <summary>
/// Which analyst an identity of the identity provider is. An identity is an issuer and a subject, and the table's key: of two first requests of one
/// person under two names, one registers them, whatever the processes that serve the requests.
/// </summary>
public sealed class Identities(NpgsqlDataSource database, IDocumentStore store)
{
    private const string Name = $"{ForecastStore.Schema}.identities";

    private const string Find =
        $"select a.data from {Name} i join {ForecastStore.Schema}.mt_doc_analyst a on a.id = 'analyst/' || i.analyst where i.subject = $1";

    internal static Table Table()
    {
        var table = new Table(Name);
        table.AddColumn<string>("subject").AsPrimaryKey();
        table.AddColumn<string>("analyst").NotNull();
        return table;
    }

    /// <summary>The analyst of an identity, under whatever name they came in first; null where nobody has come in as it.</summary>
    /// <param name="subject">Issuer and subject, as <see cref="AnalystRegistered"/> has them.</param>
    /// <param name="token">Ends the search.</param>
    public async Task<Analyst?> FindAsync(string subject, CancellationToken token)
    {
        if (await LoadAsync(subject, token) is { } kept)
            return kept;
        // Earlier versions kept the identity in the event alone, and let one identity in under several names: the first of them is the person.
        if (await FirstRegistrations.FindAsync(database, subject, token) is not { } first)
            return null;
        await using var keep = database.CreateCommand($"insert into {Name} (subject, analyst) values ($1, $2) on conflict do nothing");
        keep.Parameters.Add(new NpgsqlParameter { Value = subject });
        keep.Parameters.Add(new NpgsqlParameter { Value = first });
        await keep.ExecuteNonQueryAsync(token);
        return await LoadAsync(subject, token);
    }

    /// <summary>Keeps an identity with the session's next commit, which fails by a unique violation where somebody else has it.</summary>
    public static void Keep(IDocumentSession session, string subject, string analyst) =>
        session.QueueSqlCommand($"insert into {Name} (subject, analyst) values (?, ?)", subject, analyst);

    private async Task<Analyst?> LoadAsync(string subject, CancellationToken token)
    {
        await using var command = database.CreateCommand(Find);
        command.Parameters.Add(new NpgsqlParameter { Value = subject });
        await using var reader = await command.ExecuteReaderAsync(token);
        return await reader.ReadAsync(token) ? await store.Options.Serializer().FromJsonAsync<Analyst>(reader, 0, token) : null;
    }
}
