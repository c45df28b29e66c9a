using System.Text.Json;
using Api.Tests.Importing;
using Store.Operations;
using static Api.Tests.Lifecycle.Asking;

namespace Api.Tests.Lifecycle;

/// <summary>An admin who makes a second person and confirms through them is seen.</summary>
public sealed class LinkedPeopleTests(EmptyApi api) : IClassFixture<EmptyApi>
{
    [Fact]
    public async Task Who_confirms_through_a_person_that_they_made_is_told_of_in_the_history_and_by_the_doctor()
    {
        using var puppet = await api.AsAsync("li-puppet", "resolver");
        await api.OpenQuestionAsync("li-alone");
        await api.Owner.SettleAsync(puppet, "li-alone", Outcome("yes"));

        var step = await ResolvedAsync("li-alone");

        Assert.True(step.GetProperty("linked").GetBoolean());
        Assert.Equal("owner issued a token of li-puppet in the day before.", step.Text("linkedBecause"));
        var check = await CheckAsync();
        Assert.Equal(CheckState.Doubtful, check.State);
        Assert.Contains("li-alone: owner issued a token of li-puppet", check.Found, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_people_whom_the_same_admin_let_in_today_are_linked()
    {
        using var ana = await api.AsAsync("li-ana", "resolver");
        using var ben = await api.AsAsync("li-ben", "resolver");
        await api.OpenQuestionAsync("li-both");
        await ana.SettleAsync(ben, "li-both", Outcome("yes"));

        Assert.Equal("owner issued tokens of li-ana and of li-ben in the day before.", (await ResolvedAsync("li-both")).Text("linkedBecause"));
    }

    [Fact]
    public async Task People_whose_tokens_are_older_than_a_day_are_not_linked()
    {
        using var old = await api.AsAsync("li-old", "resolver");
        using var older = await api.AsAsync("li-older", "resolver");
        await api.ScalarAsync<long>(
            """
            with aged as (
                update forecasts.mt_events set timestamp = timestamp - interval '2 days' where stream_id in ('analyst/li-old', 'analyst/li-older') returning 1)
            select count(*) from aged
            """
        );
        await api.OpenQuestionAsync("li-two");
        await old.SettleAsync(older, "li-two", Outcome("yes"));

        Assert.False((await ResolvedAsync("li-two")).TryGetProperty("linked", out _));
    }

    private async Task<JsonElement> ResolvedAsync(string slug) =>
        (await api.GetAsync($"/questions/{slug}/resolution")).GetProperty("steps").EnumerateArray().Single(s => s.Text("type") == "QuestionResolved");

    private async Task<Check> CheckAsync()
    {
        await using var diagnosis = new StoreDiagnosis(api.ConnectionString, null, TimeProvider.System);
        await foreach (var check in diagnosis.ChecksAsync(CancellationToken.None))
        {
            if (check.Name == "two people")
                return check;
        }

        throw new InvalidOperationException("There is no such check.");
    }
}
