using System.Net;
using System.Text;
using System.Text.Json;
using Domain.Scoring;
using Marten;
using Microsoft.Extensions.DependencyInjection;
using Worker.Rescoring;
using static Api.Tests.RunningApi;

namespace Api.Tests.Importing;

/// <summary>Scores are a function of the record, and not of the order in which it came.</summary>
public sealed class ScoresInAnyOrderTests(RunningApi api) : IClassFixture<RunningApi>
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task However_a_history_comes_in_it_ends_in_the_scores_that_follow_from_the_whole_of_it(int seed)
    {
        for (var order = 0; order < 3; order++)
        {
            var history = HistoryInAnyOrder.Of(seed, $"h{seed}{order}-");
            var random = new Random((seed * 100) + order);
            foreach (var (kind, file) in history.Files(random))
            {
                var import = await RecordedAsync(kind, file);
                Assert.True(import.GetProperty("refused").GetInt64() == 0, $"{import}\n{file}");
                // Often the next file meets scorings that are under way, sometimes none.
                if (random.Next(3) == 0)
                    await api.SettledAsync();
            }

            await api.SettledAsync();
            var expected = history.Scores();
            foreach (var question in history.Questions)
            {
                var scores = await api.GetAsync($"/questions/{question.Slug}/scores");
                var rows = expected.GetValueOrDefault(question.Slug) ?? [];
                Assert.Equal(rows.Select(Words), scores.GetProperty("items").EnumerateArray().Select(Words));
                await ExplainedAsync(question.Slug);
            }
        }

        await using var scope = api.Services.CreateAsyncScope();
        var store = scope.ServiceProvider.GetRequiredService<IDocumentStore>();
        await foreach (
            var rescored in new Rescoring(store, TimeProvider.System).RunAsync(
                new RescoringRequest(null, RuleSet.Current.Version, DryRun: true),
                CancellationToken.None
            )
        )
        {
            Assert.False(rescored.Changed, $"{rescored.Question}: {string.Join("; ", rescored.Changes)}");
        }
    }

    /// <summary>Every generation of a question is explained by the record as it was then.</summary>
    private async Task ExplainedAsync(string slug)
    {
        foreach (
            var generation in (await api.GetAsync($"/questions/{slug}/scores/generations"))
                .GetProperty("items")
                .EnumerateArray()
                .Select(g => g.GetProperty("generation").GetInt32())
        )
        {
            var rows = (await api.GetAsync($"/questions/{slug}/scores?generation={generation}")).GetProperty("items").EnumerateArray().ToList();
            foreach (var row in rows.Where(r => r.GetProperty("forecaster").GetString() is "consensus:skill-weighted" or "reference:base-rate"))
            {
                var explained = await api.GetAsync($"/questions/{slug}/scores/{row.GetProperty("forecaster").GetString()}/explanation?generation={generation}");
                Assert.False(explained.TryGetProperty("note", out var note) && note.ValueKind == JsonValueKind.String, $"{slug}: {note}");
                foreach (var score in row.GetProperty("scores").EnumerateObject().Where(s => s.Value.ValueKind == JsonValueKind.Number))
                {
                    var sum = explained.GetProperty("scores").GetProperty(score.Name).GetProperty("sum").GetDouble();
                    Assert.Equal(score.Value.GetDouble(), sum, 1e-9 * Math.Max(1, Math.Abs(sum)));
                }
            }
        }
    }

    private async Task<JsonElement> RecordedAsync(string kind, string file)
    {
        using var response = await api.SendAsync(kind, Encoding.UTF8.GetBytes(file), "text/csv", gzip: false);
        await Json(response, HttpStatusCode.Accepted);
        return await api.EventuallyAsync(response.Headers.Location!.ToString(), i => i.GetProperty("status").GetString() != "running");
    }

    private static string Words(ScoreRow row) => Words(row.Forecaster, row.Coverage, row.Revisions, row.Scores);

    private static string Words(JsonElement row) =>
        Words(
            row.GetProperty("forecaster").GetString()!,
            row.GetProperty("coverage").GetDouble(),
            row.GetProperty("revisions").GetInt32(),
            row.GetProperty("scores")
                .EnumerateObject()
                .ToDictionary(s => s.Name, s => s.Value.ValueKind == JsonValueKind.Null ? (double?)null : s.Value.GetDouble())
        );

    private static string Words(string forecaster, double coverage, int revisions, IReadOnlyDictionary<string, double?> scores) =>
        $"{forecaster} {coverage:R} {revisions} {string.Join(' ', scores.OrderBy(s => s.Key, StringComparer.Ordinal).Select(s => $"{s.Key}={s.Value:R}"))}";
}
