using Domain.Questions;
using Marten;
using Npgsql;

namespace Store.Reading;

/// <summary>Finds questions by what their titles hold, in any case and however accents are written, the same on every database whatever its locale.</summary>
public static class QuestionSearch
{
    /// <summary>
    /// The slugs of the questions whose title holds these words as they stand; characters that mean something to a database's patterns mean themselves.
    /// </summary>
    /// <param name="session">The session to read through.</param>
    /// <param name="words">What the title holds, 200 characters at most.</param>
    /// <param name="token">Ends the read.</param>
    /// <remarks>
    /// It looks at every title: some 80,000 take a few tenths of a second. An index could hold only what one database's rules of folding make of a title.
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
