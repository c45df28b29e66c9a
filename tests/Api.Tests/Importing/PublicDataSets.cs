using System.IO.Compression;

namespace Api.Tests.Importing;

/// <summary>Real forecasts from a folder beside the checkout; skipped where it is missing.</summary>
public sealed class PublicDataSets(PublicDataSets.Service api) : IClassFixture<PublicDataSets.Service>
{
    /// <summary>A service that knows nothing but what is imported: the catalogue's questions are scored in their own time.</summary>
    public sealed class Service : RunningApi
    {
        protected override IReadOnlyList<string> Settings => ["--Catalogue:Load", "false"];
    }

    [Theory]
    [InlineData("gjp-mini", 18, 0, 9_998, 0, 18, 0)]
    [InlineData("forecastbench-supers", 957, 0, 7_693, 0, 928, 0)]
    [InlineData("fivethirtyeight-politics", 1_446, 1, 54_534, 21_388, 1_444, 1)]
    [InlineData("replication-markets", 103, 0, 7_849, 103, 103, 0)]
    public async Task A_set_is_imported_whole_each_refused_row_with_its_reason(
        string set,
        long questions,
        long refusedQuestions,
        long forecasts,
        long refusedForecasts,
        long outcomes,
        long refusedOutcomes
    )
    {
        var folder = Folder(set);
        if (folder is null)
            Assert.Skip("There are no public data sets here.");

        foreach (
            var (kind, rows, refused) in new[]
            {
                ("questions", questions, refusedQuestions),
                ("forecasts", forecasts, refusedForecasts),
                ("outcomes", outcomes, refusedOutcomes),
            }
        )
        {
            var import = await api.ImportAsync(kind, Read(Path.Combine(folder, kind + ".csv")));
            Assert.Equal("succeeded", import.GetProperty("status").GetString());
            Assert.Equal((rows, rows - refused, refused), (import.Counts().Read, import.Counts().Accepted, import.Counts().Refused));
            Assert.All(import.Errors(), e => Assert.True(e.Line > 1 && e.Reason.Length > 10));
        }

        // Nobody's forecasts but those before the close are refused, and everything that has an outcome is scored.
        Assert.Equal(
            0,
            await api.ScalarAsync<long>(
                """
                select count(*) from forecasts.mt_doc_question q left join forecasts.mt_streams s on s.id = 'scoring/' || q.slug
                where q.status = 'Resolved' and s.id is null
                """
            )
        );
    }

    /// <summary>The folder of a set beside the checkout; null where there is none.</summary>
    internal static string? Folder(string set)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !Directory.Exists(Path.Combine(folder.FullName, "shared", "data")))
            folder = folder.Parent;
        return folder is null ? null : Path.Combine(folder.FullName, "shared", "data", set);
    }

    internal static byte[] Read(string file)
    {
        if (File.Exists(file))
            return File.ReadAllBytes(file);
        using var plain = new MemoryStream();
        using (var gzip = new GZipStream(File.OpenRead(file + ".gz"), CompressionMode.Decompress))
            gzip.CopyTo(plain);
        return plain.ToArray();
    }
}
