using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Benchmarks.Service;
using Npgsql;

namespace Benchmarks.Importing;

/// <summary>
/// Imports a whole data set into the service, in a process of its own on a durable PostgreSQL, and copies the very same events raw into tables of
/// the same shape, on the same server in the same run. Takes <c>--rows N</c> (only the first forecasts and their questions) and <c>--times N</c>
/// (the whole N times over, its questions named anew each time, to see how cost grows with the store).
/// </summary>
internal static class ImportBenchmark
{
    /// <param name="args">The folder of the data set; <c>fivethirtyeight-all</c> beside the checkout where none is given. Then the options.</param>
    public static async Task<int> RunAsync(string[] args)
    {
        if ((args.FirstOrDefault(a => Directory.Exists(a)) ?? DataSetFiles.Beside("fivethirtyeight-all")) is not { } folder)
        {
            Console.Error.WriteLine("Name the folder that holds questions.csv, forecasts.csv and outcomes.csv (each may be .gz).");
            return 2;
        }

        await using var server = await DurableServer.StartAsync();
        var database = new NpgsqlConnectionStringBuilder(server.Database) { CommandTimeout = 0 }.ConnectionString;
        await using var service = await MeasuredService.StartAsync(
            database,
            Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)),
            "--Catalogue:Load",
            "false",
            "--Logging:LogLevel:Default",
            "Warning"
        );
        var measurement = new Measurement(
            service,
            database,
            server.Superuser,
            server.Postmaster,
            new DataSetFiles(folder, server.Folder, Options.Number(args, "--rows"))
        );
        var rounds = Options.Number(args, "--times") ?? 1;
        for (var round = 1; round <= rounds; round++)
            await measurement.RoundAsync(round, raw: round == 1 || round == rounds);
        NpgsqlConnection.ClearAllPools();

        return 0;
    }

    private sealed record Done(string Location, long Rows, long Events, double Seconds);

    private sealed class Measurement(MeasuredService service, string database, string superuser, int postmaster, DataSetFiles files)
    {
        public async Task RoundAsync(int round, bool raw)
        {
            foreach (var kind in DataSetFiles.Kinds)
                files.Of(kind, round);
            await CaughtUpAsync();
            var idle = ProcessFigures.Memory(service.ProcessId, "VmRSS");
            Console.WriteLine(round == 1 ? "" : $"\nRound {round}, on what the rounds before left:\n");
            Row("what", "rows", "events", "seconds", "rows/s", "processor seconds, service", "PostgreSQL");
            Row("---", "---:", "---:", "---:", "---:", "---:", "---:");
            await TimedAsync("`POST /imports/questions`", () => ImportAsync("questions", round));
            await CaughtUpAsync();
            var before = await AskAsync<long>("select coalesce(max(seq_id), 0) from forecasts.mt_events");
            var forecasts = await TimedAsync("`POST /imports/forecasts`, to the last row", () => ImportAsync("forecasts", round));
            var peak = ProcessFigures.Memory(service.ProcessId, "VmHWM");
            var viewed = await TimedAsync("… until the views have them", CaughtUpAsync);
            var (copied, shaped) = raw ? (await RawAsync(before, indexed: false), await RawAsync(before, indexed: true)) : default;
            var outcomes = await TimedAsync("`POST /imports/outcomes`, to the last row", () => ImportAsync("outcomes", round));
            var scored = await TimedAsync("… until every question is scored", () => ScoredAsync(outcomes));
            var boards = await TimedAsync("… until the leaderboards have them", CaughtUpAsync);

            Console.WriteLine();
            if (raw)
                Say(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"Forecasts against raw COPY of the same events: {copied / forecasts.Seconds:0.00} (no index), {shaped / forecasts.Seconds:0.00} "
                            + $"(indexes and foreign key)."
                    )
                );
            Say(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Outcomes, scoring and leaderboards against the import of the forecasts: "
                        + $"{(outcomes.Seconds + scored.Seconds + boards.Seconds) / forecasts.Seconds:0.00}."
                )
            );
            Say(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Memory of the service: {idle:0} MiB before, {peak:0} MiB at most up to the last forecast, "
                        + $"{ProcessFigures.Memory(service.ProcessId, "VmHWM"):0} MiB in all; views {viewed.Seconds:0.0} s behind the last forecast."
                )
            );
        }

        private static void Say(string text) => Console.WriteLine(text);

        private async Task<double> RawAsync(long after, bool indexed)
        {
            var (events, seconds) = await new RawCopy(database, superuser).RunAsync(after, indexed);
            Row(
                indexed ? "the same with the events' indexes and foreign key" : "raw binary COPY of the forecasts' events, no index",
                events,
                events,
                seconds,
                events / seconds,
                "",
                ""
            );
            return seconds;
        }

        private async Task<Done> TimedAsync(string what, Func<Task<Done>> work)
        {
            var (ours, server) = (ProcessFigures.ProcessorSeconds(service.ProcessId), ProcessFigures.ProcessorSeconds(postmaster, withChildren: true));
            var watch = Stopwatch.StartNew();
            var done = await work() with { Seconds = watch.Elapsed.TotalSeconds };
            ours = ProcessFigures.ProcessorSeconds(service.ProcessId) - ours;
            server = ProcessFigures.ProcessorSeconds(postmaster, withChildren: true) - server;
            Row(what, done.Rows, done.Events, done.Seconds, done.Rows / done.Seconds, ours, server);
            return done;
        }

        private async Task<Done> ImportAsync(string kind, int round)
        {
            using var content = new StreamContent(File.OpenRead(files.Of(kind, round)));
            content.Headers.ContentType = new MediaTypeHeaderValue("text/csv");
            content.Headers.ContentEncoding.Add("gzip");
            using var response = await service.Owner.PostAsync(new Uri($"/imports/{kind}", UriKind.Relative), content);
            response.EnsureSuccessStatusCode();
            var location = response.Headers.Location!.ToString();
            while (true)
            {
                var import = await service.SendAsync(HttpMethod.Get, location);
                if (import.GetProperty("status").GetString() is var status && status != "running")
                {
                    if (status != "succeeded")
                        throw new InvalidOperationException(import.GetProperty("failure").GetString());
                    return new Done(location, import.GetProperty("read").GetInt64(), import.GetProperty("recorded").GetInt64(), 0);
                }

                await Task.Delay(50);
            }
        }

        private async Task<Done> ScoredAsync(Done outcomes)
        {
            while ((await service.SendAsync(HttpMethod.Get, outcomes.Location)).GetProperty("toScore").GetInt64() > 0)
                await Task.Delay(100);
            return outcomes;
        }

        /// <summary>Waits until every projection has read the last event.</summary>
        private async Task<Done> CaughtUpAsync()
        {
            while (
                !await AskAsync<bool>(
                    """
                    select coalesce(min(last_seq_id), 0) >= (select coalesce(max(seq_id), 0) from forecasts.mt_events) from forecasts.mt_event_progression
                        where name like '%:All'
                    """
                )
            )
            {
                await Task.Delay(50);
            }

            return new Done("", 0, 0, 0);
        }

        private async Task<T> AskAsync<T>(string sql)
        {
            await using var connection = new NpgsqlConnection(database);
            await connection.OpenAsync();
            await using var command = new NpgsqlCommand(sql, connection);
            return (T)(await command.ExecuteScalarAsync())!;
        }

        private static void Row(params object[] cells) =>
            Console.WriteLine(
                "| "
                    + string.Join(
                        " | ",
                        cells.Select(c =>
                            c is double d
                                ? d.ToString(d < 1_000 ? "0.0" : "#,0", CultureInfo.InvariantCulture)
                                : string.Format(CultureInfo.InvariantCulture, c is long ? "{0:#,0}" : "{0}", c)
                        )
                    )
                    + " |"
            );
    }
}
