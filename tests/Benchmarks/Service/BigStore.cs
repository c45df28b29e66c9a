using System.Net.Http.Headers;
using Benchmarks.Importing;
using Npgsql;

namespace Benchmarks.Service;

/// <summary>
/// A durable store that holds a whole data set, imported and scored once by the service itself, and kept in a folder for later measurements.
/// </summary>
internal sealed class BigStore : IAsyncDisposable
{
    public const string Token = "a-token-that-only-this-measurement-uses-01";
    private const string Done = "filled";

    private readonly DurableServer _server;

    private BigStore(DurableServer server) => _server = server;

    public string Database => _server.Database;

    /// <summary>Opens the store in the folder, and fills it first where it is empty or was left half filled.</summary>
    /// <param name="folder">Where the cluster is.</param>
    /// <param name="data">The folder of the data set.</param>
    /// <param name="times">How often it is filled with the whole of it, its questions named anew each time.</param>
    public static async Task<BigStore> OpenAsync(string folder, string data, int times = 1)
    {
        var store = new BigStore(await DurableServer.StartInAsync(folder));
        if (File.Exists(Path.Combine(folder, Done)))
            return store;
        try
        {
            var aside = Directory.CreateDirectory(Path.Combine(folder, "files"));
            var files = new DataSetFiles(data, aside.FullName, rows: null);
            for (var round = 1; round <= times; round++)
                await store.FillAsync(files, round);
            aside.Delete(recursive: true);
            await File.WriteAllTextAsync(Path.Combine(folder, Done), data);
            return store;
        }
        catch
        {
            await store.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    public async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(Database);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync();
    }

    public async Task<T> ScalarAsync<T>(string sql)
    {
        await using var connection = new NpgsqlConnection(Database);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        return (T)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>Waits until every projection has read the last event.</summary>
    public async Task CaughtUpAsync()
    {
        while (
            !await ScalarAsync<bool>(
                "select coalesce(min(last_seq_id), 0) >= (select max(seq_id) from forecasts.mt_events) from forecasts.mt_event_progression where name "
                    + "like '%:All'"
            )
        )
        {
            await Task.Delay(100);
        }
    }

    private async Task FillAsync(DataSetFiles files, int round)
    {
        await using var service = await MeasuredService.StartAsync(Database, Token, "--Catalogue:Load", "false", "--Logging:LogLevel:Default", "Warning");
        var location = "";
        foreach (var kind in DataSetFiles.Kinds)
        {
            using var content = new StreamContent(File.OpenRead(files.Of(kind, round)));
            content.Headers.ContentType = new MediaTypeHeaderValue("text/csv");
            content.Headers.ContentEncoding.Add("gzip");
            using var response = await service.Owner.PostAsync(new Uri($"/imports/{kind}", UriKind.Relative), content);
            response.EnsureSuccessStatusCode();
            location = response.Headers.Location!.ToString();
        }

        while (true)
        {
            var import = await service.SendAsync(HttpMethod.Get, location);
            Console.Error.WriteLine($"filling: {import}");
            if (import.GetProperty("status").GetString() == "failed")
                throw new InvalidOperationException(import.ToString());
            if (import.GetProperty("status").GetString() != "running" && import.GetProperty("toScore").GetInt64() == 0)
                break;
            await Task.Delay(5_000);
        }

        await CaughtUpAsync();
        await ExecuteAsync("vacuum analyze");
    }
}
