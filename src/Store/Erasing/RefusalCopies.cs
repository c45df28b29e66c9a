using Domain;
using Marten;
using Npgsql;
using Store.Importing;

namespace Store.Erasing;

/// <summary>
/// The copies of texts in what imports say of rows that they refused: a reason quotes the cell, or its beginning. What was quoted in another form, or of a row
/// that states nothing recorded, is not found by any text; <see cref="ForgetAsync"/> takes all of an import's reasons away.
/// </summary>
public static class RefusalCopies
{
    private const string Reason = "A cell that it quoted was erased.";

    /// <summary>Shorter texts are looked for in quotation marks alone: without them they may be a part of another word.</summary>
    private const int ShortestPart = 16;

    /// <summary>Writes other words in the place of each reason that quotes a text. It is saved with the session.</summary>
    /// <param name="session">The session.</param>
    /// <param name="cells">The texts as cells of files have them.</param>
    /// <param name="token">Ends it.</param>
    internal static async Task EraseAsync(IDocumentSession session, IReadOnlyCollection<string> cells, CancellationToken token)
    {
        var quoted = SoughtTexts.Of(cells.Where(c => c.Length > 0).SelectMany(Quoted));
        var (imports, lines) = (new List<string>(), new List<long>());
        await using (var command = new NpgsqlCommand($"select reason, import_id, line from {ImportTables.Refusals}"))
        {
            await using var refused = await session.ExecuteReaderAsync(command, token);
            while (await refused.ReadAsync(token))
            {
                if (!quoted.MayBeIn(refused.GetString(0)))
                    continue;
                imports.Add(refused.GetString(1));
                lines.Add(refused.GetInt64(2));
            }
        }

        if (lines.Count > 0)
        {
            session.QueueSqlCommand(
                $"update {ImportTables.Refusals} r set reason = ? from unnest(?, ?) as q (import_id, line) where r.import_id = q.import_id and r.line = q.line",
                Reason,
                imports.ToArray(),
                lines.ToArray()
            );
        }

        await EraseFailuresAsync(session, quoted, token);
    }

    private static async Task EraseFailuresAsync(IDocumentSession session, SoughtTexts quoted, CancellationToken token)
    {
        var imports = new List<string>();
        await using var command = new NpgsqlCommand($"select failure, id from {ImportTables.Imports} where failure is not null");
        await using var failed = await session.ExecuteReaderAsync(command, token);
        while (await failed.ReadAsync(token))
        {
            if (quoted.MayBeIn(failed.GetString(0)))
                imports.Add(failed.GetString(1));
        }

        if (imports.Count > 0)
            session.QueueSqlCommand($"update {ImportTables.Imports} set failure = ? where id = any(?)", Reason, imports.ToArray());
    }

    /// <summary>Takes away why rows of an import were refused. How many were stays.</summary>
    /// <param name="database">The database.</param>
    /// <param name="import">The id of the import.</param>
    /// <param name="token">Ends it.</param>
    /// <returns>Of how many rows; null where there is no such import.</returns>
    public static async Task<int?> ForgetAsync(NpgsqlDataSource database, string import, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(database);
        await using var command = database.CreateCommand(
            $"""
            with named as (update {ImportTables.Imports} set failure = case when failure is not null then $2 end where id = $1 returning id),
                gone as (delete from {ImportTables.Refusals} r using named where r.import_id = named.id returning 1)
            select (select count(*) from named), (select count(*) from gone)
            """
        );
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = import });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = Reason });
        await using var reader = await command.ExecuteReaderAsync(token);
        await reader.ReadAsync(token);
        return reader.GetInt64(0) == 0 ? null : (int)reader.GetInt64(1);
    }

    private static IEnumerable<string> Quoted(string cell)
    {
        var shown = cell.Shortened(RefusedRow.LongestQuote);
        yield return $"'{shown}'";
        if (cell.Length >= ShortestPart)
            yield return shown;
    }
}
