using Api.Authorization;
using Api.Endpoints;
using Api.Limits;
using Api.Problems;
using Microsoft.AspNetCore.Http.Features;
using Store.Idempotency;
using Store.Importing;

namespace Api.Imports;

/// <summary>Takes files in: of questions, of forecasts or of outcomes.</summary>
public static class Receive
{
    /// <summary>Maps <c>POST /imports/questions</c>, <c>/imports/forecasts</c> and <c>/imports/outcomes</c>.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        Map(routes, ImportKind.Questions, "/imports/questions", QuestionsAsync);
        Map(routes, ImportKind.Forecasts, "/imports/forecasts", ForecastsAsync);
        Map(routes, ImportKind.Outcomes, "/imports/outcomes", OutcomesAsync);
    }

    /// <summary>Bring questions in</summary>
    public static Task<IResult> QuestionsAsync(HttpContext http, ImportLog imports, IdempotentTransaction transaction) =>
        StartAsync(http, imports, transaction);

    /// <summary>Bring forecasts in</summary>
    public static Task<IResult> ForecastsAsync(HttpContext http, ImportLog imports, IdempotentTransaction transaction) =>
        StartAsync(http, imports, transaction);

    /// <summary>Bring outcomes in</summary>
    public static Task<IResult> OutcomesAsync(HttpContext http, ImportLog imports, IdempotentTransaction transaction) => StartAsync(http, imports, transaction);

    private static void Map(
        IEndpointRouteBuilder routes,
        ImportKind kind,
        string route,
        Func<HttpContext, ImportLog, IdempotentTransaction, Task<IResult>> start
    ) =>
        routes
            .MapPost(route, start)
            .RequireAuthorization(Policies.Import)
            .Knows()
            .Streams()
            .Is(Transfer.Upload)
            .ReceivesFirst(http => FileReceipt.ReceiveAsync(kind, http))
            .Produces<ImportAnswer>(202);

    /// <summary>Has the file run that was taken in before.</summary>
    private static async Task<IResult> StartAsync(HttpContext http, ImportLog imports, IdempotentTransaction transaction)
    {
        var file = (UploadedFile)http.Features.GetRequiredFeature<IReceivedBody>();
        if (await imports.StartAsync(file.Import, transaction, http.RequestAborted) is { } import)
            return Results.Accepted($"/imports/{import.Id}", ImportAnswer.Of(import, []));
        http.Response.Headers.RetryAfter = "1";
        return Problem.Of(503, "busy", "File gone", "It came in too slowly and was forgotten; send it again.");
    }
}
