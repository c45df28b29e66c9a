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
        var question = await api.WithProposedOutcomeAsync();
        var proposal = await question.ProposalAsync();
        Assert.Equal(
            proposal,
            (await api.GetAsync($"/audit/events?question={question.Slug}&type=ResolutionProposed")).GetProperty("items")[0].GetProperty("eventId").GetGuid()
        );
        Assert.Equal(proposal, (await api.GetAsync($"{question.Url}/resolution")).GetProperty("proposal").GetProperty("id").GetGuid());

        Assert.Equal("resolved", (await question.Resolver.DoAsync($"{question.Url}/resolution/confirm", new { proposal })).Text("status"));
        Assert.Equal(HttpStatusCode.Conflict, (await question.Resolver.CommandAsync($"{question.Url}/resolution/confirm", new { proposal })).Status);
    }

    [Fact]
    public async Task Whoever_names_no_proposal_is_asked_to()
    {
        var question = await api.WithProposedOutcomeAsync();
        foreach (var (call, body) in new (string, object?)[] { ("confirm", null), ("confirm", new { }), ("reject", new { reason = "No." }) })
        {
            var (status, problem) = await question.Resolver.CommandAsync($"{question.Url}/resolution/{call}", body);
            Assert.Equal(HttpStatusCode.PreconditionRequired, status);
            Assert.Contains("proposal.id", problem.Text("detail"), StringComparison.Ordinal);
        }

        Assert.Equal("proposed", await question.StatusAsync());
    }

    [Fact]
    public async Task A_proposal_that_another_one_has_taken_the_place_of_is_neither_confirmed_nor_rejected()
    {
        var question = await api.WithProposedOutcomeAsync();
        var (second, version, old) = (question.Resolver, (await question.ReadAsync()).GetProperty("version").GetInt64(), await question.ProposalAsync());
        await second.DoAsync($"{question.Url}/resolution/reject", new { reason = "No.", proposal = old });
        var standing = (await api.Owner.DoAsync($"{question.Url}/resolution", Outcome("no"))).GetProperty("proposal").GetProperty("id").GetGuid();

        Assert.Equal(HttpStatusCode.Conflict, (await second.CommandAsync($"{question.Url}/resolution/confirm", new { proposal = old })).Status);
        Assert.Equal(HttpStatusCode.Conflict, (await second.CommandAsync($"{question.Url}/resolution/reject", new { reason = "No.", proposal = old })).Status);
        Assert.Equal(HttpStatusCode.PreconditionFailed, (await second.CommandAsync($"{question.Url}/resolution/confirm", ifMatch: $"\"{version}\"")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await second.CommandAsync($"{question.Url}/resolution/confirm", new { proposal = "the last one" })).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await api.Owner.CommandAsync($"{question.Url}/resolution/confirm", new { proposal = standing })).Status);
        Assert.Equal("no", (await second.DoAsync($"{question.Url}/resolution/confirm", new { proposal = standing })).Text("outcome"));
    }

    [Fact]
    public async Task A_proposal_of_an_earlier_version_is_confirmed_by_the_id_of_its_event()
    {
        var question = await api.WithProposedOutcomeAsync();
        var (second, proposal) = (question.Resolver, await question.ProposalAsync());
        Assert.Equal(
            1,
            await api.ScalarAsync<long>(
                $"with kept as (update forecasts.mt_doc_question set data = data - 'proposalId' where id = 'question/{question.Slug}' returning 1) "
                    + "select count(*) from kept"
            )
        );

        Assert.Equal(HttpStatusCode.Conflict, (await second.CommandAsync($"{question.Url}/resolution/confirm", new { proposal = Guid.NewGuid() })).Status);
        Assert.Equal("resolved", (await second.DoAsync($"{question.Url}/resolution/confirm", new { proposal })).Text("status"));
    }
}
