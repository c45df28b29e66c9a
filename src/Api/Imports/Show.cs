using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Api.Authorization;
using Api.ContentNegotiation;
using Api.Endpoints;
using Api.Limits;
using Api.Requests;
using Store.Importing;

namespace Api.Imports;

/// <summary>Shows an import, and follows it.</summary>
public static class Show
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(250);

    /// <summary>Maps <c>GET /imports/{id}</c>.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapGet("/imports/{id}", GetAsync)
            .RequireAuthorization(Policies.ReadImports)
            .Knows()
            .Is(Transfer.Download)
            .Produces<ImportAnswer>()
            .WithMetadata(AlternateMediaTypes.Live);

    /// <summary>Show how an import goes on</summary>
    public static async Task<IResult> GetAsync(string id, HttpContext http, ImportLog imports)
    {
        if (await ImportEndpoints.AnswerAsync(id, imports, http.RequestAborted) is not { } answer)
            return ImportEndpoints.Missing(id);
        return http.Request.Headers.Accept.ToString().Contains("text/event-stream", StringComparison.Ordinal)
            ? Results.ServerSentEvents(FollowAsync(answer, imports, http.RequestAborted))
            : EntityTags.Tagged(http, answer);
    }

    /// <summary>The import each time that something about it has changed, until it has ended and is scored.</summary>
    private static async IAsyncEnumerable<SseItem<ImportAnswer>> FollowAsync(
        ImportAnswer answer,
        ImportLog imports,
        [EnumeratorCancellation] CancellationToken token
    )
    {
        while (true)
        {
            var ended = answer.Status != ImportStatus.Running && answer.ToScore == 0;
            yield return new SseItem<ImportAnswer>(answer, ended ? "ended" : "progress");
            if (ended)
                yield break;
            ImportAnswer next;
            var unchanged = 0;
            do
            {
                await Task.Delay(Look, token);
                next = (await ImportEndpoints.AnswerAsync(answer.Id, imports, token))!;
            }
            // Said again after a quarter of a minute, so that nobody on the way takes the connection for dead.
            while (JsonSerializer.Serialize(next) == JsonSerializer.Serialize(answer) && ++unchanged < 60);
            answer = next;
        }
    }
}
