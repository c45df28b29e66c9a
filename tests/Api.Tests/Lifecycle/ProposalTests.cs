using System.Net;
using Api.Tests.Importing;
using static Api.Tests.Lifecycle.Asking;

namespace Api.Tests.Lifecycle;

/// <summary>A proposal is confirmed or rejected by who names it, so that nobody confirms what they have not seen.</summary>
public sealed class ProposalTests(EmptyApi api) : IClassFixture<EmptyApi>
{
    [Fact]
    public async Task A_proposal_has_the_id_of_its_event_and_is_confirmed_by_it()
    {
        var second = await api.AsAsync("pr-second", "resolver");
        await api.OpenQuestionAsync("pr-named");
        var proposal = (await api.Owner.DoAsync("/questions/pr-named/resolution", Outcome("yes"))).GetProperty("proposal").GetProperty("id").GetGuid();
        Assert.Equal(
            proposal,
            (await api.GetAsync("/audit/events?question=pr-named&type=ResolutionProposed")).GetProperty("items")[0].GetProperty("eventId").GetGuid()
        );
        Assert.Equal(proposal, (await api.GetAsync("/questions/pr-named")).GetProperty("proposal").GetProperty("id").GetGuid());
        Assert.Equal(proposal, (await api.GetAsync("/questions/pr-named/resolution")).GetProperty("proposal").GetProperty("id").GetGuid());

        Assert.Equal("resolved", (await second.DoAsync("/questions/pr-named/resolution/confirm", new { proposal })).Text("status"));
        Assert.Equal(HttpStatusCode.Conflict, (await second.CommandAsync("/questions/pr-named/resolution/confirm", new { proposal })).Status);
    }

    [Fact]
    public async Task Whoever_names_no_proposal_is_asked_to()
    {
        var second = await api.AsAsync("pr-silent", "resolver");
        await api.OpenQuestionAsync("pr-unnamed");
        await api.Owner.DoAsync("/questions/pr-unnamed/resolution", Outcome("yes"));
        foreach (var (call, body) in new (string, object?)[] { ("confirm", null), ("confirm", new { }), ("reject", new { reason = "No." }) })
        {
            var (status, problem) = await second.CommandAsync($"/questions/pr-unnamed/resolution/{call}", body);
            Assert.Equal(HttpStatusCode.PreconditionRequired, status);
            Assert.Contains("proposal.id", problem.Text("detail"), StringComparison.Ordinal);
        }

        Assert.Equal("proposed", (await api.GetAsync("/questions/pr-unnamed")).Text("status"));
    }

    [Fact]
    public async Task A_proposal_that_another_one_has_taken_the_place_of_is_neither_confirmed_nor_rejected()
    {
        var second = await api.AsAsync("pr-late", "resolver");
        await api.OpenQuestionAsync("pr-replaced");
        var first = await api.Owner.DoAsync("/questions/pr-replaced/resolution", Outcome("yes"));
        var old = first.GetProperty("proposal").GetProperty("id").GetGuid();
        await second.DoAsync("/questions/pr-replaced/resolution/reject", new { reason = "No.", proposal = old });
        var standing = (await api.Owner.DoAsync("/questions/pr-replaced/resolution", Outcome("no"))).GetProperty("proposal").GetProperty("id").GetGuid();

        Assert.Equal(HttpStatusCode.Conflict, (await second.CommandAsync("/questions/pr-replaced/resolution/confirm", new { proposal = old })).Status);
        Assert.Equal(
            HttpStatusCode.Conflict,
            (await second.CommandAsync("/questions/pr-replaced/resolution/reject", new { reason = "No.", proposal = old })).Status
        );
        Assert.Equal(
            HttpStatusCode.PreconditionFailed,
            (await second.CommandAsync("/questions/pr-replaced/resolution/confirm", ifMatch: $"\"{first.GetProperty("version").GetInt64()}\"")).Status
        );
        Assert.Equal(
            HttpStatusCode.BadRequest,
            (await second.CommandAsync("/questions/pr-replaced/resolution/confirm", new { proposal = "the last one" })).Status
        );
        Assert.Equal(HttpStatusCode.Forbidden, (await api.Owner.CommandAsync("/questions/pr-replaced/resolution/confirm", new { proposal = standing })).Status);
        Assert.Equal("no", (await second.DoAsync("/questions/pr-replaced/resolution/confirm", new { proposal = standing })).Text("outcome"));
    }

    [Fact]
    public async Task A_proposal_of_an_earlier_version_is_confirmed_by_the_id_of_its_event()
    {
        var second = await api.AsAsync("pr-old", "resolver");
        await api.OpenQuestionAsync("pr-earlier");
        var proposal = (await api.Owner.DoAsync("/questions/pr-earlier/resolution", Outcome("yes"))).GetProperty("proposal").GetProperty("id").GetGuid();
        Assert.Equal(
            1,
            await api.ScalarAsync<long>(
                "with kept as (update forecasts.mt_doc_question set data = data - 'proposalId' where id = 'question/pr-earlier' returning 1) select count(*) from kept"
            )
        );

        Assert.Equal(
            HttpStatusCode.Conflict,
            (await second.CommandAsync("/questions/pr-earlier/resolution/confirm", new { proposal = Guid.NewGuid() })).Status
        );
        Assert.Equal("resolved", (await second.DoAsync("/questions/pr-earlier/resolution/confirm", new { proposal })).Text("status"));
    }
}
