using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using PostgresServer;

namespace EndToEnd.Tests;

/// <summary>An import across a kill.</summary>
public sealed class KilledImportTests
{
    private const string Token = "a-token-that-only-this-test-uses-0123456789";
    private const int Questions = 300;
    private const int Days = 250;
    private const int Rows = (Questions * Days) + 1;

    [Fact]
    public async Task An_import_that_is_killed_goes_on_after_the_next_start_and_records_every_row_once()
    {
        await using var database = await TestDatabase.CreateAsync();
        var environment = new Dictionary<string, string> { ["ConnectionStrings__Forecasts"] = database.ConnectionString };
        var address = $"http://127.0.0.1:{Waiting.FreePort()}";
        string[] arguments = ["--urls", address, "--Access:OwnerToken", Token, "--Catalogue:Load", "false"];
        using var owner = Waiting.Client(address, Token);
        string import;
        await using (var api = ProductProcess.Start("Api", environment, arguments))
        {
            await Waiting.ReadyAsync(owner);
            await EndedAsync(owner, await SendAsync(owner, "questions", QuestionFile()));
            // Somebody else is about to begin the stream of the file's last row, so that the import cannot end before it is killed.
            var hold = await database.HoldAsync("insert into forecasts.mt_streams (id, type, version) values ('forecast/k-last/model-a', 'forecast', 1)");
            import = await SendAsync(owner, "forecasts", ForecastFile());
            await UntilReadAsync(owner, import, i => i.GetProperty("read").GetInt64() > 0);
            await api.KillAsync();
            await hold.DisposeAsync();
        }

        var recorded = await EventsAsync(database);
        Assert.InRange(recorded, 1, Rows - 1);

        await using var again = ProductProcess.Start("Api", environment, arguments);
        await Waiting.ReadyAsync(owner);
        var ended = await EndedAsync(owner, import);
        Assert.Equal(
            ("succeeded", Rows, Rows, Rows),
            (
                ended.GetProperty("status").GetString(),
                ended.GetProperty("read").GetInt32(),
                ended.GetProperty("accepted").GetInt32(),
                ended.GetProperty("recorded").GetInt32() - 2
            )
        );
        Assert.Equal(Rows, await EventsAsync(database));
        Assert.Equal(
            Rows,
            await database.ScalarAsync<long>("select count(distinct (stream_id, data ->> 'madeAt')) from forecasts.mt_events where stream_id like 'forecast/%'")
        );
        Assert.Equal(
            0,
            await database.ScalarAsync<long>(
                """
                select count(*) from forecasts.mt_streams s
                where s.version <> (select count(*) from forecasts.mt_events e where e.stream_id = s.id) or s.version <> (select max(e.version)
                    from forecasts.mt_events e where e.stream_id = s.id)
                """
            )
        );

        // What an outcome asks for is done as if nothing had happened.
        await EndedAsync(owner, await SendAsync(owner, "outcomes", "question,outcome,known_at,source\nk-0,yes,2021-01-01T00:00:00Z,log\n"));
        using var scores = await Waiting.ScoresAsync(owner, "k-0");
        Assert.Contains(scores.RootElement.GetProperty("items").EnumerateArray(), r => r.GetProperty("forecaster").GetString() == "model-b");
    }

    private static Task<long> EventsAsync(TestDatabase database) =>
        database.ScalarAsync<long>("select count(*) from forecasts.mt_events where stream_id like 'forecast/%'");

    private static string QuestionFile() =>
        "question,title,type,opens_at,closes_at\n"
        + string.Concat(
            Enumerable
                .Range(0, Questions)
                .Select(q => $"k-{q}")
                .Append("k-last")
                .Select(q => $"{q},Will it?,binary,2020-01-01T00:00:00Z,2021-01-01T00:00:00Z\n")
        );

    private static string ForecastFile()
    {
        var file = new StringBuilder("question,forecaster,made_at,probability\n");
        for (var day = 0; day < Days; day++)
        {
            var at = new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddDays(day).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
            for (var q = 0; q < Questions; q++)
                file.Append(CultureInfo.InvariantCulture, $"k-{q},{(q % 2 == 0 ? "model-b" : "model-a")},{at},0.{(q + day) % 100:00}\n");
        }

        return file.Append("k-last,model-a,2020-12-01T00:00:00Z,0.50\n").ToString();
    }

    private static async Task<string> SendAsync(HttpClient owner, string kind, string file)
    {
        using var content = new StringContent(file, Encoding.UTF8) { Headers = { ContentType = new MediaTypeHeaderValue("text/csv") } };
        using var response = await owner.PostAsync(new Uri($"/imports/{kind}", UriKind.Relative), content);
        Assert.Equal(System.Net.HttpStatusCode.Accepted, response.StatusCode);
        return response.Headers.Location!.ToString();
    }

    private static Task<JsonElement> EndedAsync(HttpClient owner, string import) =>
        UntilReadAsync(owner, import, i => i.GetProperty("status").GetString() != "running" && i.GetProperty("toScore").GetInt64() == 0);

    private static async Task<JsonElement> UntilReadAsync(HttpClient owner, string import, Func<JsonElement, bool> condition)
    {
        using var found = await Waiting.UntilAsync(
            async () =>
            {
                using var response = await owner.GetAsync(new Uri(import, UriKind.Relative));
                if (!response.IsSuccessStatusCode)
                    return null;
                var read = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
                return condition(read.RootElement) ? read : null;
            },
            $"{import} did not come so far."
        );
        return found.RootElement.Clone();
    }
}
