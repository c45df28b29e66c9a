using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;
using Domain;
using Domain.Forecasts;
using Domain.People;
using Domain.Questions;
using Domain.Resolutions;
using Domain.Scoring;
using Domain.Scoring.Generations;
using Domain.Statistics;
using Marten;
using PostgresServer;
using Samples;
using Store;
using Store.Appending;

namespace Benchmarks.Calibration;

/// <summary>
/// Asks a running service for the calibration of an analyst with ten thousand scored questions, each revised once: the same answer again and again, and each
/// time another that it has not computed yet.
/// </summary>
public static class CalibrationEndpoint
{
    private const int Questions = 10_000;
    private const int Batch = 500;
    private const int Times = 15;

    private static readonly DateTimeOffset Opening = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static async Task<int> RunAsync(string[] args)
    {
        var assembly = Path.Combine(Root(), "src", "Api", "bin", "Release", "net10.0", "Api.dll");
        if (!File.Exists(assembly))
        {
            await Console.Error.WriteLineAsync("Build the service first: dotnet build -c Release src/Api");
            return 1;
        }

        await using var database = await TestDatabase.CreateAsync();
        var token = new string('b', 40);
        var address = $"http://127.0.0.1:{FreePort()}";
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (
            var argument in new[]
            {
                assembly,
                "--urls",
                address,
                "--ConnectionStrings:Forecasts",
                database.ConnectionString,
                "--Access:OwnerToken",
                token,
                "--Catalogue:Load",
                "false",
            }
        )
        {
            start.ArgumentList.Add(argument);
        }

        using var service = Process.Start(start)!;
        service.OutputDataReceived += (_, _) => { };
        service.ErrorDataReceived += (_, e) => Console.Error.WriteLine(e.Data);
        service.BeginOutputReadLine();
        service.BeginErrorReadLine();
        try
        {
            using var client = new HttpClient
            {
                BaseAddress = new Uri(address),
                DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", token) },
            };
            await UntilAsync(async () => (await client.GetAsync(new Uri("/health/ready", UriKind.Relative))).IsSuccessStatusCode);
            await SeedAsync(database.ConnectionString);
            await UntilAsync(async () => await QuestionsAsync(client, "?type=binary") == Questions);

            Console.WriteLine(
                $"GET /analysts/ana/calibration, {Questions:N0} questions, 2 statements each; median of {Times}, and the service's processor time for each"
            );
            await MeasureAsync("kept", client, service, _ => "?type=binary");
            await MeasureAsync("computed", client, service, i => $"?from=19{90 - i}-01-01T00:00:00Z");
            return 0;
        }
        finally
        {
            service.Kill(entireProcessTree: true);
            await service.WaitForExitAsync();
        }
    }

    private static async Task<int> QuestionsAsync(HttpClient client, string query)
    {
        using var response = await client.GetAsync(new Uri($"/analysts/ana/calibration{query}", UriKind.Relative));
        if (response.StatusCode != HttpStatusCode.OK)
            return -1;
        using var body = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        return body.RootElement.GetProperty("questions").GetInt32();
    }

    private static async Task MeasureAsync(string what, HttpClient client, Process service, Func<int, string> query)
    {
        service.Refresh();
        var before = service.TotalProcessorTime;
        var times = new List<double>();
        for (var i = 0; i < Times; i++)
        {
            var started = Stopwatch.GetTimestamp();
            if (await QuestionsAsync(client, query(i)) != Questions)
                throw new InvalidOperationException("The answer is not of all questions.");
            times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }

        service.Refresh();
        var processor = (service.TotalProcessorTime - before).TotalMilliseconds / Times;
        times.Sort();
        Console.WriteLine($"{what, -10} {times[times.Count / 2], 8:0.0} ms  {processor, 8:0.0} ms");
    }

    private static async Task SeedAsync(string connectionString)
    {
        await using var store = DocumentStore.For(options =>
        {
            ForecastStore.Configure(options);
            options.Connection(connectionString);
        });
        for (var from = 0; from < Questions; from += Batch)
        {
            await using var session = store.LightweightSession();
            for (var i = from; i < from + Batch; i++)
                Seed(session, i);
            await session.SaveChangesAsync();
        }
    }

    private static void Seed(IDocumentSession session, int i)
    {
        var slug = $"question-{i}";
        var stream = CounterRandom.Stream(3, i);
        var first = Math.Round(CounterRandom.Uniform(stream, 0), 3);
        var then = Math.Round(Math.Clamp(first + (0.2 * (CounterRandom.Uniform(stream, 1) - 0.5)), 0, 1), 3);
        var outcome = CounterRandom.Uniform(stream, 2) < then ? "yes" : "no";
        session.Start<Question>(StreamKeys.Question(slug), [Drafts.Binary(slug, Opening) with { Tags = ["speed"], Imported = true }], Opening);
        session.Start<Forecast>(
            StreamKeys.Forecast(new QuestionSlug(slug), new ForecasterName("ana")),
            [
                new ForecastSubmitted(new(slug), new("ana"), ForecasterKind.Person, Opening, new Statement(Probability: first), null, [], null, true),
                new ForecastRevised(new(slug), new("ana"), ForecasterKind.Person, Opening.AddDays(4), new Statement(Probability: then), null, [], null, true),
            ],
            Opening
        );
        session.Start<Scorings>(
            StreamKeys.Scoring(slug),
            [
                new QuestionScored(
                    slug,
                    1,
                    RuleSet.Current.Version,
                    GenerationTrigger.Resolution,
                    0,
                    long.MaxValue,
                    outcome,
                    Opening.AddDays(10),
                    [new ScoreRow("ana", ForecasterKind.Person, 1, 1, new Dictionary<string, double?>(), new Dictionary<string, string>())]
                ),
            ],
            Opening
        );
    }

    private static Task UntilAsync(Func<Task<bool>> condition) =>
        Patience.UntilAsync(async () =>
        {
            try
            {
                return await condition();
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
                return false;
            }
        });

    private static string Root()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root!.FullName, "Forecasts.sln")))
            root = root.Parent;
        return root.FullName;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
