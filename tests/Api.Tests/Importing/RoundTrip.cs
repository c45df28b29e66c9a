using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Api.Tests.Exporting;
using Domain.Importing;
using Samples;
using static Api.Tests.RunningApi;

namespace Api.Tests.Importing;

/// <summary>A service that starts with nothing.</summary>
public sealed class EmptyApi : RunningApi
{
    protected override IReadOnlyList<string> Settings => ["--Catalogue:Load", "false"];
}

/// <summary>What one service exports gives the same answers in another that imports it.</summary>
public sealed class RoundTrip(RunningApi api) : IClassFixture<RunningApi>
{
    // What says when and how this service, and not the one before it, came to know.
    private static readonly HashSet<string> OfTheService =
    [
        "recordedAt",
        "eventId",
        "resolutionId",
        "imported",
        "afterOutcome",
        "version",
        "scoredAt",
        "generation",
        "trigger",
        "triggerEvent",
        "lastEventRead",
        "restsOn",
        "outcomesAsOf",
        "actor",
        "proposedBy",
        "confirmedBy",
        "claims",
        "closedAt",
        "ledgerIndex",
    ];

    [Theory]
    [InlineData("csv", "text/csv")]
    [InlineData("ndjson", "application/x-ndjson")]
    public async Task What_is_exported_and_imported_elsewhere_gives_the_same_answers_there(string format, string type)
    {
        using (var asked = await api.Owner.GetAsync(new Uri("/questions/t-yes", UriKind.Relative)))
        {
            if (asked.StatusCode == HttpStatusCode.NotFound)
                await LiveAsync();
        }

        await using var other = new EmptyApi();
        await other.InitializeAsync();
        foreach (var kind in new[] { "questions", "forecasts", "outcomes" })
        {
            var import = await other.ImportAsync(kind, await ExportAsync(api, kind, format), type);
            Assert.Equal(("succeeded", 0), (import.GetProperty("status").GetString(), import.Counts().Refused));
        }

        var instants = new[] { "2017-08-01T00:00:00Z", "2019-01-01T00:00:00Z", DateTimeOffset.UtcNow.ToString("O") };
        foreach (var slug in await SlugsAsync())
        {
            await SameAsync(other, $"/questions/{slug}");
            foreach (var at in instants)
            {
                var query = $"asOf={Uri.EscapeDataString(at)}";
                await SameAsync(other, $"/questions/{slug}?{query}");
                await SameAsync(other, $"/questions/{slug}/forecasts?{query}");
                foreach (var method in new[] { "median", "mean" })
                    await SameAsync(other, $"/questions/{slug}/consensus?method={method}&{query}");
            }

            foreach (
                var forecast in (await api.GetAsync($"/questions/{slug}/forecasts?limit=500")).GetProperty("items").EnumerateArray().Where(f => !IsComputed(f))
            )
            {
                await SameAsync(other, $"/questions/{slug}/forecasts/{forecast.GetProperty("analyst").GetString()}");
            }

            await SameAsync(other, $"/questions/{slug}/consensus/history");
            await SameAsync(other, $"/questions/{slug}/scores");
        }

        // What is recorded under a computed name is in a file only for who asks for it.
        Assert.DoesNotContain(await api.RowsAsync("forecasts"), r => ComputedNames.Holds(r["forecaster"]));
        Assert.NotEmpty(await api.RowsAsync("forecasts", $"analyst=reference:uniform"));

        // The files of the second are those of the first.
        foreach (var kind in new[] { "questions", "forecasts", "outcomes" })
        {
            Assert.Equal(
                ExportedFiles.OfHistory(await api.ExportAsync(kind, $"format={format}"), format),
                ExportedFiles.OfHistory(await other.ExportAsync(kind, $"format={format}"), format)
            );
        }

        // And brought back to where they came from, they add nothing.
        var events = await EventsAsync();
        foreach (var kind in new[] { "questions", "forecasts", "outcomes" })
        {
            var (read, accepted, _, unchanged) = (await api.ImportAsync(kind, await ExportAsync(api, kind, format), type)).Counts();
            Assert.Equal((read, read), (accepted, unchanged));
        }

        Assert.Equal(events, await EventsAsync());
    }

    // Scorings follow from outcomes in their own time.
    private Task<long> EventsAsync() => api.ScalarAsync<long>("select count(*) from forecasts.mt_events where type <> 'question_scored'");

    private async Task LiveAsync()
    {
        var (ana, ben) = (await api.AsAsync("ana", "analyst", "resolver"), await api.AsAsync("ben", "analyst"));
        await api.OpenQuestionAsync(
            "t-yes",
            new
            {
                tags = new[] { "t" },
                spotAt = DateTimeOffset.UtcNow.AddDays(-1),
                background = "Said, \"so\"\nand so.",
                unit = "%",
            }
        );
        await api.OpenQuestionAsync(
            "t-one",
            new
            {
                type = "multipleChoice",
                options = new[] { "a|b", "c\\", "d, e" },
                tags = new[] { "t", "u|v" },
            }
        );
        await api.OpenQuestionAsync(
            "t-how",
            new
            {
                type = "numeric",
                range = new
                {
                    min = 0,
                    max = 10,
                    open = new[] { "upper" },
                },
            }
        );
        await api.OpenQuestionAsync("t-when", new { type = "date", range = new { min = "2026-01-01", max = "2026-12-31" } });
        await api.OpenQuestionAsync("t-void");
        await api.OpenQuestionAsync("t-then", new { condition = new { question = "t-yes", outcome = "no" } });
        foreach (
            var (who, slug, body) in new (HttpClient, string, object)[]
            {
                (ana, "t-yes", new { term = "likely", rationale = "Words." }),
                (ben, "t-yes", new { probability = 0.123456789012345, evidence = new[] { "one|two", "three" } }),
                (ana, "t-yes", new { probability = 0.75, expiresAt = DateTimeOffset.UtcNow.AddDays(3) }),
                (
                    ana,
                    "t-one",
                    new
                    {
                        probabilities = new Dictionary<string, double>
                        {
                            ["a|b"] = 0.5,
                            ["c\\"] = 0.25,
                            ["d, e"] = 0.25,
                        },
                    }
                ),
                (ben, "t-how", new { quantiles = new[] { new { p = 0.25, value = 2.5 }, new { p = 0.75, value = 12.5 } } }),
                (ben, "t-when", new { quantiles = new[] { new { p = 0.5, value = "2026-06-01" } } }),
                (ben, "t-void", new { probability = 0.5 }),
                (ben, "t-then", new { probability = 0.5 }),
            }
        )
        {
            using var response = await who.PutAsJsonAsync($"/questions/{slug}/forecast", body);
            Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        }

        using var withdrawn = await ben.DeleteAsync(new Uri("/questions/t-how/forecast", UriKind.Relative));
        await Json(withdrawn, HttpStatusCode.NoContent);
        using var clarified = await api.Owner.PostAsJsonAsync("/questions/t-one/clarifications", new { text = "Exactly \"so\"." });
        await Json(clarified, HttpStatusCode.OK);
        using var logged = await api.Owner.PostAsJsonAsync(
            "/questions/t-one/evidence",
            new
            {
                occurredAt = DateTimeOffset.UtcNow.AddDays(-2),
                title = "It rained",
                source = "A gauge",
            }
        );
        await Json(logged, HttpStatusCode.OK);
        await ResolveAsync("t-yes", "yes", ana);
        await ResolveAsync("t-yes", "no", ana, "/correct");
        await ResolveAsync("t-yes", "yes", ana, "/correct");
        await ResolveAsync("t-one", "c\\", ana);
        await ResolveAsync("t-when", "2026-05-05", ana);
        await ResolveAsync("t-void", "annulled", ana);
        await api.EventuallyAsync("/questions/t-yes/scores", s => s.GetProperty("generation").GetInt32() >= 3);
        await api.EventuallyAsync("/questions/t-when/scores", s => s.GetProperty("generation").GetInt32() >= 1);
        await api.EventuallyAsync("/questions/t-void/scores", s => s.GetProperty("generation").GetInt32() >= 1);
        await api.EventuallyAsync("/questions/t-then", q => q.GetProperty("status").GetString() == "annulled");
        await api.EventuallyAsync("/questions/nato-enlargement-stands-2021/scores", s => s.GetProperty("generation").GetInt32() >= 1);
    }

    private async Task ResolveAsync(string slug, string outcome, HttpClient confirmer, string call = "")
    {
        using var proposed = await api.Owner.PostAsJsonAsync(
            $"/questions/{slug}/resolution{call}",
            new
            {
                outcome,
                knownAt = DateTimeOffset.UtcNow,
                reason = "Seen.",
                evidence = new[] { "a|gauge" },
            }
        );
        await Json(proposed, HttpStatusCode.OK);
        using var confirmed = await RunningApi.ConfirmAsync(confirmer, slug);
        await Json(confirmed, HttpStatusCode.OK);
        if (call.Length > 0 || outcome != "annulled")
            await api.EventuallyAsync($"/questions/{slug}/scores", s => s.GetProperty("outcome").ToString() == outcome);
    }

    private async Task<IReadOnlyList<string>> SlugsAsync() =>
        [.. (await api.GetAsync("/questions?limit=500")).GetProperty("items").EnumerateArray().Select(q => q.GetProperty("slug").GetString()!)];

    private static async Task<byte[]> ExportAsync(RunningApi from, string kind, string format) =>
        await from.Owner.GetByteArrayAsync(new Uri($"/exports/{kind}?format={format}", UriKind.Relative));

    private async Task SameAsync(RunningApi other, string url)
    {
        using var expected = await api.Owner.GetAsync(new Uri(url, UriKind.Relative));
        if (expected.StatusCode != HttpStatusCode.OK)
        {
            using var missing = await other.Owner.GetAsync(new Uri(url, UriKind.Relative));
            Assert.Equal(expected.StatusCode, missing.StatusCode);
            return;
        }

        var wanted = await Json(expected, HttpStatusCode.OK);
        // What follows from an outcome by itself follows there too, a moment later.
        string? difference = null;
        await Patience.UntilAsync(
            async () =>
            {
                using var got = await other.Owner.GetAsync(new Uri(url, UriKind.Relative));
                difference = Difference(wanted, JsonDocument.Parse(await got.Content.ReadAsStringAsync()).RootElement, "$");
                return difference is null;
            },
            () => $"{url}: {difference}"
        );
    }

    // References are computed anew where the files go. Of those that the catalogue records, the constant hazard alone was stated otherwise: at the evidence
    // too.
    private static JsonElement Travelling(JsonElement list) =>
        JsonSerializer.SerializeToElement(
            list.EnumerateArray()
                .Where(i =>
                    !IsComputed(i)
                    && !(i.ValueKind == JsonValueKind.Object && i.TryGetProperty("forecaster", out var f) && f.GetString() == "reference:constant-hazard")
                )
        );

    private static bool IsComputed(JsonElement forecast) =>
        forecast.ValueKind == JsonValueKind.Object && forecast.TryGetProperty("analyst", out var a) && ComputedNames.Holds(a.GetString()!);

    private static string? Difference(JsonElement a, JsonElement b, string at)
    {
        if (a.ValueKind != b.ValueKind)
            return $"{at}: {a} and {b}";
        switch (a.ValueKind)
        {
            case JsonValueKind.Object:
                var names = a.EnumerateObject().Concat(b.EnumerateObject()).Select(p => p.Name).Where(n => !OfTheService.Contains(n)).Distinct();
                foreach (var name in names)
                {
                    if (!a.TryGetProperty(name, out var x) || !b.TryGetProperty(name, out var y))
                        return $"{at}.{name} is missing in one of {a} and {b}";
                    if (Difference(x, y, $"{at}.{name}") is { } difference)
                        return difference;
                }

                return null;
            case JsonValueKind.Array:
                (a, b) = (Travelling(a), Travelling(b));
                if (a.GetArrayLength() != b.GetArrayLength())
                    return $"{at}: {a} and {b}";
                return a.EnumerateArray()
                    .Zip(b.EnumerateArray())
                    .Select((p, i) => Difference(p.First, p.Second, $"{at}[{i}]"))
                    .FirstOrDefault(d => d is not null);
            case JsonValueKind.Number:
                return Math.Abs(a.GetDouble() - b.GetDouble()) <= 1e-12 * Math.Max(1, Math.Abs(a.GetDouble())) ? null : $"{at}: {a} and {b}";
            default:
                return a.ToString() == b.ToString() ? null : $"{at}: {a} and {b}";
        }
    }
}
