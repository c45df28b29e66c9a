using Api.Endpoints;
using Api.Problems;
using Microsoft.AspNetCore.Http.Features;

namespace Api.Limits;

/// <summary>
/// Refuses bodies that are too large. What was announced is read to its end, up to a bound, before it is refused: a client that is cut off
/// while it still sends never sees why. An endpoint that reads its body in parts has limits of its own.
/// </summary>
public static class BodyLimit
{
    public const long Largest = 1 << 20;

    private const long LargestRead = 32 << 20;

    public static IApplicationBuilder UseBodyLimit(this IApplicationBuilder app) =>
        app.Use(
            async (context, next) =>
            {
                if (context.TakesAnyBody() || context.Request.ContentLength is not { } length || length <= Largest)
                {
                    await next(context);
                    return;
                }

                if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit && length <= LargestRead)
                {
                    limit.MaxRequestBodySize = LargestRead;
                    await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
                }

                await Problem
                    .Of(StatusCodes.Status413PayloadTooLarge, "too-large", "Content too large", "A body has at most 1 MiB; shorten it or send it in parts.")
                    .ExecuteAsync(context);
            }
        );
}
