using System.Text;
using Samples;
using Store.Erasing;
using Store.Tests.Ledger;

namespace Store.Tests.Erasing;

/// <summary>The files of the database after an erasure, its write-ahead log among them.</summary>
public sealed class ErasedFilesTests : IAsyncLifetime
{
    private KeptLog _log = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _log = await KeptLog.CreateAsync();

    public ValueTask DisposeAsync() => _log.DisposeAsync();

    [Fact]
    public async Task Once_the_tables_are_written_anew_the_text_and_its_salt_are_in_no_file()
    {
        var folder = await _log.Test.Database.ScalarAsync<string>("show data_directory");
        Assert.SkipUnless(Directory.Exists(folder), "The files of the database are not on this machine.");
        var name = $"wanderer{Guid.NewGuid():N}";
        await _log.RecordAsync(name, 30);
        var text = $"Because {name}.";
        await _log.ExecuteAsync($"update forecasts.mt_events set data = jsonb_set(data, '{{rationale}}', '\"{text}\"') where seq_id = 12");
        await _log.ExtendAsync();
        var id = await _log.Test.Database.ScalarAsync<Guid>("select id from forecasts.mt_events where seq_id = 12");
        var salt = (await _log.Reader.LeafAsync(id, Token))!.Salts[^32..];
        await _log.ExecuteAsync("checkpoint");
        Assert.NotEmpty(await HoldingAsync(folder, Encoding.UTF8.GetBytes(text)));
        Assert.NotEmpty(await HoldingAsync(folder, salt));

        await _log.Test.EraseAsync(id, "rationale");
        var files = new ErasedFiles(_log.Test.Source);
        foreach (var table in ErasedFiles.Tables)
            await files.RewriteAsync(table, Token);
        // As docs/operations.md says for the write-ahead log: segments that are no longer needed are removed, and not kept for use as they are. Other tests
        // write to the same server, and some segments may wait for use already: they are used one after the other.
        await _log.ExecuteAsync("alter system set wal_recycle = off");
        await _log.ExecuteAsync("select pg_reload_conf()");
        IReadOnlyList<string> holding = [];
        await Patience.UntilAsync(
            async () =>
            {
                Assert.True(await files.LeaveLogAsync(Token));
                holding = [.. await HoldingAsync(folder, Encoding.UTF8.GetBytes(text)), .. await HoldingAsync(folder, salt)];
                return holding.Count == 0;
            },
            () => string.Join(", ", holding)
        );

        Assert.Equal([], (await _log.VerifyAsync()).Mismatches);
    }

    [Fact]
    public async Task Every_table_is_one_that_the_store_has()
    {
        foreach (var table in ErasedFiles.Tables)
            Assert.NotNull(await _log.Test.Database.ScalarAsync<string?>($"select to_regclass('{table}')::text"));
    }

    /// <summary>The files of the server that hold some bytes.</summary>
    private static async Task<IReadOnlyList<string>> HoldingAsync(string folder, byte[] bytes)
    {
        var holding = new List<string>();
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            try
            {
                if ((await File.ReadAllBytesAsync(file, Token)).AsSpan().IndexOf(bytes) >= 0)
                    holding.Add(file);
            }
            catch (IOException)
            {
                // Removed meanwhile, as another test's database is; or written by the server at the moment.
            }
        }

        return holding;
    }
}
