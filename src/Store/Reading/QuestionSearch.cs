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
    public static Task<IReadOnlyList<string>> FindAsync(IQuerySession session, string words, CancellationToken token)
    {
        var documents = session.DocumentStore.Options.Schema.For<Question>();
        return FindAsync(session, words, $"(select data ->> 'slug' as slug, data ->> 'title' as title from {documents})", [], token);
    }

    /// <summary>The slugs of those of some questions whose title contains the words.</summary>
    /// <param name="session">The session to read through.</param>
    /// <param name="words">The words in the title, at most 200 characters.</param>
    /// <param name="questions">The questions, with the titles that they had.</param>
    /// <param name="token">Ends the read.</param>
    public static Task<IReadOnlyList<string>> FindAsync(
        IQuerySession session,
        string words,
        IReadOnlyCollection<Question> questions,
        CancellationToken token
    ) =>
        FindAsync(
            session,
            words,
            "unnest($2, $3)",
            [
                new NpgsqlParameter<string[]> { TypedValue = [.. questions.Select(q => q.Slug)] },
                new NpgsqlParameter<string[]> { TypedValue = [.. questions.Select(q => q.Title)] },
            ],
            token
        );

    private static async Task<IReadOnlyList<string>> FindAsync(
        IQuerySession session,
        string words,
        string titles,
        NpgsqlParameter[] parameters,
        CancellationToken token
    )
    {
        await using var command = new NpgsqlCommand(
            $"""
            select d.slug, normalize(d.title, NFKD), w.words
            from (select normalize($1, NFKD) as words) w cross join {titles} as d (slug, title)
            """
        )
        {
            Parameters =
            {
                new() { Value = words, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text },
            },
        };
        command.Parameters.AddRange(parameters);
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
