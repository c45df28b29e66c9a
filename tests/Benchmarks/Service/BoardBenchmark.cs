using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using Benchmarks.Importing;

namespace Benchmarks.Service;

/// <summary>
/// Boards and calibration over a large store: the processor time of the service and of PostgreSQL, the memory above what the service held idle, the bytes of
/// the answer. Each turn starts the service anew, asks when nothing is kept, and again after one more question was scored.
/// </summary>
internal static class BoardBenchmark
{
    private static readonly (string Name, string Url)[] Reads =
    [
        ("board", "/leaderboard?limit=20"),
        ("board, brier", "/leaderboard?rule=brier&limit=20"),
        ("board as of", "/leaderboard?limit=20&asOf=2030-01-01T00:00:00Z"),
        ("calibration", "/analysts/538-default/calibration"),
    ];

    public static async Task<int> RunAsync(string[] args)
    {
        if (args.Length == 0 || !File.Exists(Path.Combine(args[0], "filled")))
        {
            Console.Error.WriteLine("Name the folder of a store that was filled ('fill FOLDER'); --turns N, and words of what is to be read.");
            return 2;
        }

        var words = args.Skip(1).Where(a => !a.StartsWith("--", StringComparison.Ordinal) && !int.TryParse(a, out _)).ToArray();
        await using var server = await DurableServer.StartInAsync(args[0]);
        Console.WriteLine("read                     turn  service s  postgres s  peak MiB above idle      bytes");
        for (var turn = 1; turn <= (Options.Number(args, "--turns") ?? 5); turn++)
        {
            foreach (var (name, url) in Reads.Where(r => words.Length == 0 || words.Contains(r.Name)))
                await TurnAsync(server, name, url, turn);
        }

        return 0;
    }

    private static async Task TurnAsync(DurableServer server, string name, string url, int turn)
    {
        await using var service = await MeasuredService.StartAsync(
            server.Database,
            BigStore.Token,
            "--Catalogue:Load",
            "false",
            "--Logging:LogLevel:Default",
            "Warning"
        );
        // What a request costs at all is paid before: connections, authentication, JSON.
        await service.SendAsync(HttpMethod.Get, "/leaderboard?tag=none");
        await Task.Delay(TimeSpan.FromSeconds(3));
        await ReadAsync(server, service, $"{name}, cold", url, turn);
        await ReadAsync(server, service, $"{name}, kept", url, turn);
        await ScoreOneMoreAsync(service);
        await ReadAsync(server, service, $"{name}, one more", url, turn);
    }

    private static async Task ReadAsync(DurableServer server, MeasuredService service, string name, string url, int turn)
    {
        var idle = ProcessFigures.Memory(service.ProcessId, "VmRSS");
        await File.WriteAllTextAsync($"/proc/{service.ProcessId}/clear_refs", "5");
        var (own, database) = (service.ProcessorTime, ProcessFigures.ProcessorSeconds(server.Postmaster, withChildren: true));
        using var response = await service.Owner.GetAsync(new Uri(url, UriKind.Relative));
        var body = await response.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync();
        var (ownSeconds, databaseSeconds) = (
            (service.ProcessorTime - own).TotalSeconds,
            ProcessFigures.ProcessorSeconds(server.Postmaster, withChildren: true) - database
        );
        var peak = ProcessFigures.Memory(service.ProcessId, "VmHWM") - idle;
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{name, -24} {turn, 4} {ownSeconds, 10:0.000} {databaseSeconds, 11:0.00} {peak, 20:0} {body.Length, 10:n0}"
            )
        );
    }

    private static async Task ScoreOneMoreAsync(MeasuredService service)
    {
        var slug = $"one-more-{Guid.NewGuid():n}";
        await ImportAsync(service, "questions", $"question,title,type,opens_at,closes_at\n{slug},Will it?,binary,2024-01-01T00:00:00Z,2024-02-01T00:00:00Z\n");
        await ImportAsync(service, "forecasts", $"question,forecaster,made_at,probability\n{slug},538-default,2024-01-02T00:00:00Z,0.7\n");
        await ImportAsync(service, "outcomes", $"question,outcome,known_at\n{slug},yes,2024-02-01T00:00:00Z\n");
        while ((await service.SendAsync(HttpMethod.Get, $"/questions/{slug}/scores")).GetProperty("generation").GetInt32() == 0)
            await Task.Delay(100);
        await Task.Delay(TimeSpan.FromSeconds(3));
    }

    private static async Task ImportAsync(MeasuredService service, string kind, string csv)
    {
        using var content = new StringContent(csv, Encoding.UTF8, new MediaTypeHeaderValue("text/csv"));
        using var response = await service.Owner.PostAsync(new Uri($"/imports/{kind}", UriKind.Relative), content);
        var location = response.EnsureSuccessStatusCode().Headers.Location!.ToString();
        while ((await service.SendAsync(HttpMethod.Get, location)).GetProperty("status").GetString() == "running")
            await Task.Delay(50);
    }
}
