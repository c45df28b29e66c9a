using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;
using Npgsql;
using PostgresServer;

namespace Benchmarks.Importing;

/// <summary>
/// Imports a whole data set into the service, in a process of its own on a real PostgreSQL, and copies the very same events raw into tables of the
/// same shape, on the same server in the same run.
/// </summary>
public static class ImportBenchmark
{
    private const string Token = "a-token-that-only-this-measurement-uses-01";

    /// <param name="args">The folder of the data set; <c>fivethirtyeight-all</c> beside the checkout where none is given.</param>
    public static async Task<int> RunAsync(string[] args)
    {
        if ((args.Length > 0 ? args[0] : DataSet("fivethirtyeight-all")) is not { } folder || !Directory.Exists(folder))
        {
            Console.Error.WriteLine("Name the folder that holds questions.csv, forecasts.csv and outcomes.csv (each may be .gz).");
            return 2;
        }

        await using var database = await TestDatabase.CreateAsync();
        var address = $"http://127.0.0.1:{FreePort()}";
        using var service = Start(database.ConnectionString, address);
        using var client = new HttpClient { BaseAddress = new Uri(address), Timeout = TimeSpan.FromMinutes(30), DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", Token) } };
        try
        {
            await ReadyAsync(client);
            await CaughtUpAsync(database);
            var idle = Memory(service.Id, "VmRSS");
            var questions = await ImportAsync(client, folder, "questions");
            await CaughtUpAsync(database);
            var forecasts = await ImportAsync(client, folder, "forecasts");
            var peak = Memory(service.Id, "VmHWM");
            var viewed = await CaughtUpAsync(database);
            var raw = await RawAsync(database, "forecast/%", indexed: false);
            var shaped = await RawAsync(database, "forecast/%", indexed: true);
            var outcomes = await ImportAsync(client, folder, "outcomes");
            var scored = await ScoredAsync(client, outcomes.Location);
            var boards = await CaughtUpAsync(database);
            Row("what", "rows", "events", "seconds", "rows/s");
            Row("---", "---:", "---:", "---:", "---:");
            Row("raw binary COPY of the forecasts' events, no index", raw.Events, raw.Events, raw.Seconds, raw.Events / raw.Seconds);
            Row("the same into the shape of the events' table", shaped.Events, shaped.Events, shaped.Seconds, shaped.Events / shaped.Seconds);
            Row("POST /imports/questions", questions.Rows, questions.Recorded, questions.Seconds, questions.Rows / questions.Seconds);
            Row("POST /imports/forecasts, to the last row", forecasts.Rows, forecasts.Recorded, forecasts.Seconds, forecasts.Rows / forecasts.Seconds);
            Row("POST /imports/outcomes, to the last row", outcomes.Rows, outcomes.Recorded, outcomes.Seconds, outcomes.Rows / outcomes.Seconds);
            Row("… until every question is scored", outcomes.Rows, scored.Scored, scored.Seconds, scored.Scored / scored.Seconds);
            Console.WriteLine();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Forecasts against raw COPY of the same events: {raw.Seconds / forecasts.Seconds:0.00} (no index), {shaped.Seconds / forecasts.Seconds:0.00} (same shape)."));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Scoring all against the import of the forecasts: {(outcomes.Seconds + scored.Seconds + boards) / forecasts.Seconds:0.00}, with outcomes and leaderboards."));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Views behind the last row: {viewed:0.0} s after the forecasts, {boards:0.0} s after the scoring."));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Memory of the process: {idle / 1024.0:0} MB idle, {peak / 1024.0:0} MB at most while it imported, {Memory(service.Id, "VmHWM") / 1024.0:0} MB in all."));
            return 0;
        }
        finally
        {
            service.Kill(entireProcessTree: true);
            await service.WaitForExitAsync();
        }
    }

    private sealed record Imported(string Location, long Rows, long Recorded, double Seconds);

    private static async Task<Imported> ImportAsync(HttpClient client, string folder, string kind)
    {
        var watch = Stopwatch.StartNew();
        var zipped = !File.Exists(Path.Combine(folder, kind + ".csv"));
        using var content = new StreamContent(File.OpenRead(Path.Combine(folder, kind + (zipped ? ".csv.gz" : ".csv"))));
        content.Headers.ContentType = new MediaTypeHeaderValue("text/csv");
        if (zipped) content.Headers.ContentEncoding.Add("gzip");
        using var response = await client.PostAsync(new Uri($"/imports/{kind}", UriKind.Relative), content);
        response.EnsureSuccessStatusCode();
        var location = response.Headers.Location!.ToString();
        while (true)
        {
            var import = await ReadAsync(client, location);
            if (import.GetProperty("status").GetString() is var status && status != "running")
            {
                if (status != "succeeded") throw new InvalidOperationException(import.GetProperty("failure").GetString());
                return new Imported(location, import.GetProperty("read").GetInt64(), import.GetProperty("recorded").GetInt64(), watch.Elapsed.TotalSeconds);
            }

            await Task.Delay(100);
        }
    }

    private static async Task<(long Scored, double Seconds)> ScoredAsync(HttpClient client, string location)
    {
        var watch = Stopwatch.StartNew();
        long most = 0;
        while ((await ReadAsync(client, location)).GetProperty("toScore").GetInt64() is var left && left > 0)
        {
            most = Math.Max(most, left);
            await Task.Delay(200);
        }

        return (most, watch.Elapsed.TotalSeconds);
    }

    /// <summary>Waits until every projection has read the last event, and answers the seconds that it took.</summary>
    private static async Task<double> CaughtUpAsync(TestDatabase database)
    {
        var watch = Stopwatch.StartNew();
        while (!await database.ScalarAsync<bool>("""
            select coalesce(min(last_seq_id), 0) >= (select max(seq_id) from forecasts.mt_events) from forecasts.mt_event_progression where name like '%:All'
            """))
        {
            await Task.Delay(100);
        }

        return watch.Elapsed.TotalSeconds;
    }

    /// <summary>Copies the events of the streams out, and in again into a table of their own; what is timed is the way in.</summary>
    private static async Task<(long Events, double Seconds)> RawAsync(TestDatabase database, string streams, bool indexed)
    {
        var file = Path.GetTempFileName();
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(database.ConnectionString) { CommandTimeout = 0 }.ConnectionString);
        await connection.OpenAsync();
        async Task ExecuteAsync(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
            await command.ExecuteNonQueryAsync();
        }

        try
        {
            await using (var target = File.Create(file))
            await using (var source = await connection.BeginRawBinaryCopyAsync($"copy (select * from forecasts.mt_events where stream_id like '{streams}' order by seq_id) to stdout (format binary)"))
            {
                await source.CopyToAsync(target);
            }

            await ExecuteAsync($"create table raw_events (like forecasts.mt_events including defaults {(indexed ? "including indexes" : "")})");
            if (indexed) await ExecuteAsync("alter table raw_events add foreign key (stream_id) references forecasts.mt_streams (id)");
            await ExecuteAsync("checkpoint");
            var watch = Stopwatch.StartNew();
            await using (var source = File.OpenRead(file))
            await using (var target = await connection.BeginRawBinaryCopyAsync("copy raw_events from stdin (format binary)"))
            {
                await source.CopyToAsync(target, 1 << 20);
            }

            var seconds = watch.Elapsed.TotalSeconds;
            var events = await database.ScalarAsync<long>("select count(*) from raw_events");
            await ExecuteAsync("drop table raw_events");
            return (events, seconds);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static async Task<JsonElement> ReadAsync(HttpClient client, string location)
    {
        using var response = await client.GetAsync(new Uri(location, UriKind.Relative));
        response.EnsureSuccessStatusCode();
        return JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.Clone();
    }

    private static async Task ReadyAsync(HttpClient client)
    {
        for (var patience = Stopwatch.StartNew(); patience.Elapsed < TimeSpan.FromMinutes(2);)
        {
            try
            {
                using var response = await client.GetAsync(new Uri("/me", UriKind.Relative));
                if (response.IsSuccessStatusCode) return;
            }
            catch (HttpRequestException)
            {
            }

            await Task.Delay(50);
        }

        throw new TimeoutException("The service did not become ready.");
    }

    private static Process Start(string connectionString, string address)
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root!.FullName, "Forecasts.sln"))) root = root.Parent;
        var configuration = AppContext.BaseDirectory.Contains("Release", StringComparison.Ordinal) ? "Release" : "Debug";
        var assembly = Path.Combine(root.FullName, "src", "Api", "bin", configuration, "net10.0", "Api.dll");
        var start = new ProcessStartInfo(
            "dotnet", [assembly, "--urls", address, "--Access:OwnerToken", Token, "--Catalogue:Load", "false", "--Logging:LogLevel:Default", "Warning"]);
        start.Environment["ConnectionStrings__Forecasts"] = connectionString;
        return Process.Start(start)!;
    }

    /// <summary>A figure of the process in KiB; 0 where the system does not tell.</summary>
    private static long Memory(int process, string figure)
    {
        var status = $"/proc/{process}/status";
        if (!File.Exists(status)) return 0;
        var line = File.ReadLines(status).First(l => l.StartsWith(figure, StringComparison.Ordinal));
        return long.Parse(new string([.. line.Where(char.IsDigit)]), CultureInfo.InvariantCulture);
    }

    private static string? DataSet(string name)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !Directory.Exists(Path.Combine(folder.FullName, "shared", "data"))) folder = folder.Parent;
        return folder is null ? null : Path.Combine(folder.FullName, "shared", "data", name);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static void Row(params object[] cells) => Console.WriteLine(
        "| " + string.Join(" | ", cells.Select(c => c is double d ? d.ToString(d < 1_000 ? "0.0" : "#,0", CultureInfo.InvariantCulture) : string.Format(CultureInfo.InvariantCulture, c is long ? "{0:#,0}" : "{0}", c))) + " |");
}
