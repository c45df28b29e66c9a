using System.Net;
using Api.Tests.Importing;
using static Api.Tests.Lifecycle.Asking;

namespace Api.Tests.Lifecycle;

/// <summary>An outcome is disputed by who names it, so that nobody disputes one that they have not seen.</summary>
public sealed class DisputeTests(EmptyApi api) : IClassFixture<EmptyApi>
{
    [Fact]
    public async Task An_outcome_has_the_id_of_its_event_and_is_disputed_by_it()
    {
        var resolution = await ResolvedAsync("di-named");
        Assert.Equal(
            resolution,
            (await api.GetAsync("/audit/events?question=di-named&type=QuestionResolved")).GetProperty("items")[0].GetProperty("eventId").GetGuid()
        );

        var disputed = await api.Owner.DoAsync("/questions/di-named/resolution/dispute", new { reason = "Misread.", resolution });

        Assert.Equal((true, resolution), (disputed.GetProperty("disputed").GetBoolean(), disputed.GetProperty("resolutionId").GetGuid()));
    }

    [Fact]
    public async Task Whoever_names_no_outcome_is_asked_to()
    {
        await ResolvedAsync("di-unnamed");

        var (status, problem) = await api.Owner.CommandAsync("/questions/di-unnamed/resolution/dispute", new { reason = "Misread." });

        Assert.Equal(HttpStatusCode.PreconditionRequired, status);
        Assert.Contains("resolutionId", problem.Text("detail"), StringComparison.Ordinal);
        Assert.False((await api.GetAsync("/questions/di-unnamed")).GetProperty("disputed").GetBoolean());
    }

    [Fact]
    public async Task An_outcome_that_was_corrected_meanwhile_is_not_disputed()
    {
        var old = await ResolvedAsync("di-corrected");
        var version = (await api.GetAsync("/questions/di-corrected")).GetProperty("version").GetInt64();
        using var second = await api.AsAsync("di-corrector", "resolver");
        await api.Owner.SettleAsync(second, "di-corrected", Outcome("no"), "/correct");

        Assert.Equal(HttpStatusCode.Conflict, (await DisputeAsync("di-corrected", old)).Status);
        Assert.Equal(
            HttpStatusCode.PreconditionFailed,
            (await api.Owner.CommandAsync("/questions/di-corrected/resolution/dispute", new { reason = "No." }, ifMatch: $"\"{version}\"")).Status
        );
        var standing = (await api.GetAsync("/questions/di-corrected")).GetProperty("resolutionId").GetGuid();
        Assert.NotEqual(old, standing);
        Assert.Equal(HttpStatusCode.OK, (await DisputeAsync("di-corrected", standing)).Status);
    }

    [Fact]
    public async Task An_outcome_of_an_earlier_version_is_disputed_by_the_id_of_its_event()
    {
        var resolution = await ResolvedAsync("di-earlier");
        Assert.Equal(
            1,
            await api.ScalarAsync<long>(
                "with kept as (update forecasts.mt_doc_question set data = data - 'resolutionId' where id = 'question/di-earlier' returning 1) select "
                    + "count(*) from kept"
            )
        );

        Assert.Equal(HttpStatusCode.Conflict, (await DisputeAsync("di-earlier", Guid.NewGuid())).Status);
        Assert.Equal(HttpStatusCode.OK, (await DisputeAsync("di-earlier", resolution)).Status);
    }

    private Task<(HttpStatusCode Status, System.Text.Json.JsonElement Answer)> DisputeAsync(string slug, Guid resolution) =>
        api.Owner.CommandAsync($"/questions/{slug}/resolution/dispute", new { reason = "Misread.", resolution });

    private async Task<Guid> ResolvedAsync(string slug)
    {
        using var second = await api.AsAsync($"second-{slug}", "resolver");
        await api.OpenQuestionAsync(slug);
        await api.Owner.SettleAsync(second, slug, Outcome("yes"));
        return (await api.GetAsync($"/questions/{slug}")).GetProperty("resolutionId").GetGuid();
    }
}
