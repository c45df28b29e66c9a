using Domain.People;
using Marten;
using Npgsql;
using Store.Events;
using Weasel.Postgresql.Tables;

namespace Store.People;

/// <summary>
/// Maps identities of the identity provider to analysts. An identity is an issuer and a subject, and it is the table's key. If one person makes two first
/// requests under two names, even to two processes, only one of them registers the person.
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

    /// <summary>The analyst of an identity, under the name of the first request; null if the identity has never been used.</summary>
    /// <param name="subject">Issuer and subject, as <see cref="AnalystRegistered"/> has them.</param>
    /// <param name="token">Ends the search.</param>
    public async Task<Analyst?> FindAsync(string subject, CancellationToken token)
    {
        if (await LoadAsync(subject, token) is { } kept)
            return kept;
        // Earlier versions kept the identity only in the event, and accepted one identity under several names. The first of them is the person.
        if (await FirstRegistrations.FindAsync(database, subject, token) is not { } first)
            return null;
        await using var keep = database.CreateCommand($"insert into {Name} (subject, analyst) values ($1, $2) on conflict do nothing");
        keep.Parameters.Add(new NpgsqlParameter { Value = subject });
        keep.Parameters.Add(new NpgsqlParameter { Value = first });
        await keep.ExecuteNonQueryAsync(token);
        return await LoadAsync(subject, token);
    }

    /// <summary>Stores an identity with the session's next commit. The commit fails with a unique violation if another analyst has the identity.</summary>
    public static void Keep(IDocumentSession session, string subject, string analyst) =>
        session.QueueSqlCommand($"insert into {Name} (subject, analyst) values (?, ?)", subject, analyst);

    /// <summary>Forgets the identity of an analyst with the session's next commit. Who comes with it afterwards is somebody new.</summary>
    internal static void Forget(IDocumentSession session, string analyst) => session.QueueSqlCommand($"delete from {Name} where analyst = ?", analyst);

    private async Task<Analyst?> LoadAsync(string subject, CancellationToken token)
    {
        await using var command = database.CreateCommand(Find);
        command.Parameters.Add(new NpgsqlParameter { Value = subject });
        await using var reader = await command.ExecuteReaderAsync(token);
        return await reader.ReadAsync(token) ? await store.Options.Serializer().FromJsonAsync<Analyst>(reader, 0, token) : null;
    }
}
