using Api.Authorization;
using Api.Endpoints;
using Store.GroupCommit;

namespace Api.Forecasts;

/// <summary>Withdraws one's forecast.</summary>
public static class Withdraw
{
    /// <summary>Maps <c>DELETE /questions/{slug}/forecast</c>.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapDelete("/questions/{slug}/forecast", WithdrawAsync).RequireAuthorization(Policies.Forecast).SubmitsOnly().Knows().Produces(204);

    /// <summary>Withdraw one's forecast; its history stays</summary>
    public static async Task<IResult> WithdrawAsync(string slug, HttpContext http, GroupCommitQueue submissions, ForecastReceipts receipts)
    {
        var outcome = await submissions.SubmitAsync(http, slug, command: null);
        if (outcome is not SubmissionOutcome.Recorded recorded)
            return await ForecastEndpoints.RefusedAsync(http, SubmissionProblems.For(outcome, slug, http));
        receipts.Give(http, recorded);
        return Results.NoContent();
    }
}
