using Domain.Questions;
using Marten;
using Npgsql;

namespace Store.Reading;

/// <summary>
/// Finds questions by words in their titles, regardless of case and of the encoding of accents. The result does not depend on the database's locale.
/// </summary>
public static class QuestionSearch
{
    /// <summary>
    /// The slugs of the questions whose title contains these words literally. Characters that are special in a database's patterns have no special meaning.
    /// </summary>
    /// <param name="session">The session to read through.</param>
    /// <param name="words">The words in the title, at most 200 characters.</param>
    /// <param name="token">Ends the read.</param>
    /// <remarks>
    /// It reads every title; 80,000 titles take a few tenths of a second. An index could contain only titles folded by the rules of one database.
    /// </remarks>
    public static async Task<IReadOnlyList<string>> FindAsync(IQuerySession session, string words, CancellationToken token)
    {
        var documents = session.DocumentStore.Options.Schema.For<Question>();
        await using var command = new NpgsqlCommand(
            $"""
            select d.data ->> 'slug', normalize(d.data ->> 'title', NFKD), w.words
            from (select normalize($1, NFKD) as words) w cross join {documents} d
            """
        )
        {
            Parameters =
            {
                new() { Value = words, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text },
            },
        };
        var found = new List<string>();
        string? wanted = null;
        await using var reader = await session.ExecuteReaderAsync(command, token);
        while (await reader.ReadAsync(token))
        {
            wanted ??= FoldedText.OfDecomposed(reader.GetString(2));
            if (FoldedText.OfDecomposed(reader.GetString(1)).Contains(wanted, StringComparison.Ordinal))
                found.Add(reader.GetString(0));
        }

        return found;
    }
}
