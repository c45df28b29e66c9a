using Domain;
using Domain.Questions;
using Marten;
using Npgsql;
using Store.Idempotency;

namespace Store.Importing;

/// <summary>
/// The second built-in catalogue: what 547 people forecast on eighteen questions in the first week of the Good Judgment Project, in September 2011, with what
/// came of it. It comes in as files of history do, behind the start. Source: doi:10.7910/DVN/BPCDH5, CC0 1.0; the titles are ours.
/// </summary>
public static class CrowdCatalogue
{
    private const string Actor = "built-in:catalogue";

    // Questions before the forecasts on them, and outcomes last: files are taken in the order in which they came.
    private static readonly (ImportKind Kind, string File)[] Files =
    [
        (ImportKind.Questions, "questions.csv"),
        (ImportKind.Forecasts, "forecasts.csv.gz"),
        (ImportKind.Outcomes, "outcomes.csv"),
    ];

    /// <summary>The questions, by their slugs.</summary>
    public static IReadOnlyList<string> Questions { get; } = ReadQuestions();

    /// <summary>
    /// Hands the files to the worker, unless every question has its outcome. A start that was cut off between them is so made good by the next; rows that are
    /// there already add nothing.
    /// </summary>
    /// <returns>Whether they were handed over.</returns>
    public static async Task<bool> SendAsync(NpgsqlDataSource database, IDocumentStore store, TimeProvider clock, CancellationToken token)
    {
        await using (var session = store.QuerySession())
        {
            var there = await session.LoadManyAsync<Question>(token, Questions.Select(StreamKeys.Question));
            if (there.Count(q => q.Resolution is not null) == Questions.Count)
                return false;
        }

        var imports = new ImportLog(database);
        foreach (var (kind, name) in Files)
        {
            await using var file = Open(name);
            var id = await imports.ReceiveAsync(
                kind,
                ImportFormat.Csv,
                file,
                Actor,
                null,
                new SpoolLimits(LargestFile: 1 << 24, LargestSpool: long.MaxValue),
                clock,
                token
            );
            await using var transaction = new IdempotentTransaction(database);
            await imports.StartAsync(id, transaction, token);
        }

        return true;
    }

    private static Stream Open(string name)
    {
        var packed = typeof(CrowdCatalogue).Assembly.GetManifestResourceStream($"Store.Importing.Crowd.{name}")!;
        return name.EndsWith(".gz", StringComparison.Ordinal)
            ? new System.IO.Compression.GZipStream(packed, System.IO.Compression.CompressionMode.Decompress)
            : packed;
    }

    private static IReadOnlyList<string> ReadQuestions()
    {
        using var reader = new StreamReader(Open("questions.csv"));
        return [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(row => row[..row.IndexOf(',')])];
    }
}
