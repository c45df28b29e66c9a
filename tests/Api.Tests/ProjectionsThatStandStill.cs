using System.Net.Http.Json;
using Samples;

namespace Api.Tests;

/// <summary>
/// Progress is written only where it is what the writer last saw. That is so no longer after a process that was frozen has come back and written a page more.
/// </summary>
public sealed class ProjectionsThatStandStill(RunningApi api) : IClassFixture<RunningApi>
{
    [Theory]
    [InlineData("ForecastSteps:All", 1)]
    [InlineData("ScoreRows:All", -1)]
    public async Task A_projection_whose_progress_another_has_written_goes_on_from_there(string shard, int further)
    {
        var slug = "standing-" + shard.Split(':')[0].ToLowerInvariant();
        await api.OpenQuestionAsync(slug);
        await CaughtUpAsync(shard);

        // The next page begins at a progress that is not there. That of forecasts has something to write, that of scores has not.
        await api.ScalarAsync<object>($"update forecasts.mt_event_progression set last_seq_id = last_seq_id + {further} where name = '{shard}'");
        using var stated = await api.Owner.PutAsJsonAsync($"/questions/{slug}/forecast", new { probability = 0.5 });
        Assert.True(stated.IsSuccessStatusCode);

        await CaughtUpAsync(shard);
    }

    private Task CaughtUpAsync(string shard) =>
        Patience.UntilAsync(
            async () =>
                await api.ScalarAsync<bool>(
                    $"select last_seq_id >= (select max(seq_id) from forecasts.mt_events) from forecasts.mt_event_progression where name = '{shard}'"
                ),
            () => $"'{shard}' has not taken in every event."
        );
}
