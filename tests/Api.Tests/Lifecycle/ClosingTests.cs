using System.Net;
using static Api.Tests.Lifecycle.Asking;

namespace Api.Tests.Lifecycle;

/// <summary>The close of a question, beside proposals, disputes and corrections.</summary>
public sealed class ClosingTests(RunningApi api) : IClassFixture<RunningApi>
{
    /// <summary>Long enough for what must come before the close, also where the machine is busy.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(15);

    private static object ClosingIn(TimeSpan time) => new { closesAt = DateTimeOffset.UtcNow + time, resolvesBy = DateTimeOffset.UtcNow.AddDays(30) };

    [Fact]
    public async Task A_question_that_closes_while_a_proposal_waits_stays_closed_when_the_proposal_is_rejected()
    {
        using var resolver = await api.AsAsync("rejecter", "resolver");
        await api.OpenQuestionAsync("waits", ClosingIn(Soon));
        await api.Owner.DoAsync("/questions/waits/resolution", Outcome("yes"));

        await api.EventuallyAsync("/audit/events?question=waits&type=QuestionClosed", a => a.GetProperty("items").GetArrayLength() == 1);
        Assert.Equal("proposed", (await api.GetAsync("/questions/waits")).Text("status"));

        var rejected = await resolver.DoAsync(
            "/questions/waits/resolution/reject",
            new { reason = "Too early.", proposal = (await api.GetAsync("/questions/waits")).GetProperty("proposal").GetProperty("id").GetGuid() }
        );
        Assert.Equal("closed", rejected.Text("status"));
    }

    [Fact]
    public async Task A_question_whose_outcome_is_taken_back_after_its_close_closes_as_of_its_close()
    {
        using var resolver = await api.AsAsync("taker", "resolver");
        await api.OpenQuestionAsync("late", ClosingIn(Soon));
        await api.Owner.SettleAsync(resolver, "late", Outcome("yes"));
        var question = await api.GetAsync("/questions/late");
        await api.EventuallyAsync("/questions/late", _ => DateTimeOffset.UtcNow > question.GetProperty("closesAt").GetDateTimeOffset());

        await api.Owner.SettleAsync(resolver, "late", new { reason = "A false report." }, "/take-back");

        await api.EventuallyAsync("/questions/late", q => q.Text("status") == "closed");
        var closed = (await api.GetAsync("/audit/events?question=late&type=QuestionClosed")).GetProperty("items")[0];
        Assert.Equal(question.Text("closesAt")[..23], closed.GetProperty("data").Text("closedAt")[..23]);
        Assert.Equal("worker", closed.Text("actor"));
    }

    [Fact]
    public async Task A_close_is_moved_ahead_only_and_only_until_it_has_come()
    {
        await api.OpenQuestionAsync("moves", ClosingIn(TimeSpan.FromDays(2)));
        async Task<HttpStatusCode> Move(DateTimeOffset closesAt) =>
            (await api.Owner.CommandAsync("/questions/moves/reschedule", new { closesAt, reason = "A vote was moved." })).Status;

        Assert.Equal(HttpStatusCode.BadRequest, await Move(DateTimeOffset.UtcNow.AddSeconds(-1)));
        Assert.Equal(HttpStatusCode.BadRequest, await Move(DateTimeOffset.UtcNow.AddDays(31)));
        Assert.Equal(HttpStatusCode.OK, await Move(DateTimeOffset.UtcNow.AddDays(5)));
        Assert.Equal(HttpStatusCode.OK, await Move(DateTimeOffset.UtcNow + Soon));
        await api.EventuallyAsync("/questions/moves", q => q.Text("status") == "closed");
        Assert.Equal(HttpStatusCode.Conflict, await Move(DateTimeOffset.UtcNow.AddDays(5)));
        Assert.Equal(1, await api.CountAsync("moves", "QuestionClosed"));
    }

    [Fact]
    public async Task The_criteria_are_added_to_and_never_rewritten()
    {
        await api.OpenQuestionAsync("criteria");
        var before = (await api.GetAsync("/questions/criteria")).Text("resolutionCriteria");
        async Task<HttpStatusCode> By(HttpMethod method) =>
            (await api.Owner.CommandAsync("/questions/criteria", new { resolutionCriteria = "Other." }, method)).Status;

        Assert.Equal(HttpStatusCode.MethodNotAllowed, await By(HttpMethod.Put));
        Assert.Equal(HttpStatusCode.Conflict, await By(HttpMethod.Patch));
        Assert.Equal(before, (await api.GetAsync("/questions/criteria")).Text("resolutionCriteria"));

        var clarified = await api.Owner.DoAsync("/questions/criteria/clarifications", new { text = "By local time." });
        Assert.Equal(before, clarified.Text("resolutionCriteria"));
        Assert.Equal("By local time.", clarified.GetProperty("clarifications")[0].Text("text"));
    }
}
