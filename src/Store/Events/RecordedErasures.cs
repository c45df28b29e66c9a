using Domain.Erasures;
using Domain.People;
using Npgsql;

namespace Store.Events;

/// <summary>Reads what was erased, as the events of streams say.</summary>
internal static class RecordedErasures
{
    /// <summary>When each erased text of some streams was erased.</summary>
    /// <param name="connection">An open connection.</param>
    /// <param name="streams">The streams.</param>
    /// <param name="token">Ends the read.</param>
    public static async Task<IReadOnlyDictionary<(Guid Event, int Text), DateTimeOffset>> OfAsync(
        NpgsqlConnection connection,
        IReadOnlyCollection<string> streams,
        CancellationToken token
    )
    {
        await using var command = new NpgsqlCommand(
            $"""
            select e.type, {EventSql.Stored("e")}::text from {EventSql.Events} e
            where e.stream_id = any($1) and e.type in ({EventSql.Names(typeof(TextsErased), typeof(PersonErased))})
            """,
            connection
        );
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. streams] });
        var erased = new Dictionary<(Guid, int), DateTimeOffset>();
        await using var reader = await command.ExecuteReaderAsync(token);
        while (await reader.ReadAsync(token))
        {
            var erasure = (IErasure)EventJson.Read(reader.GetString(0), reader.GetString(1));
            foreach (var (id, texts) in erasure.Erased)
            {
                foreach (var text in texts)
                    erased[(id, text)] = erasure.ErasedAt;
            }
        }

        return erased;
    }
}
