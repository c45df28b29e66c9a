namespace Api.Endpoints;

/// <summary>A body that was taken in before its request is handled. Disposing of it drops what nobody made use of.</summary>
public interface IReceivedBody : IAsyncDisposable
{
    /// <summary>SHA-256 of the body as it was sent.</summary>
    byte[] Fingerprint { get; }
}

/// <summary>What became of a body: it is there, or it is refused.</summary>
/// <param name="Body">The body; null where it is refused.</param>
/// <param name="Refusal">Why it is refused; null where it is not.</param>
public sealed record Receipt(IReceivedBody? Body, IResult? Refusal);

/// <summary>
/// Marks an endpoint whose body may be of any size and come at any pace: it is taken in first, and neither a lock nor a transaction is held meanwhile.
/// The endpoint finds it as the feature <see cref="IReceivedBody"/>.
/// </summary>
/// <param name="ReceiveAsync">Takes it in.</param>
public sealed record BodyReceipt(Func<HttpContext, Task<Receipt>> ReceiveAsync);

/// <summary>Bodies that are taken in before their requests are handled.</summary>
public static class BodyReceipts
{
    /// <summary>Has the body taken in before the request is handled.</summary>
    public static TBuilder ReceivesFirst<TBuilder>(this TBuilder builder, Func<HttpContext, Task<Receipt>> receive)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new BodyReceipt(receive));

    /// <summary>Takes in the bodies of such endpoints.</summary>
    public static IApplicationBuilder UseBodyReceipts(this IApplicationBuilder app) =>
        app.Use(
            async (http, next) =>
            {
                if (http.GetEndpoint()?.Metadata.GetMetadata<BodyReceipt>() is not { } receipt)
                {
                    await next(http);
                    return;
                }

                var (body, refusal) = await receipt.ReceiveAsync(http);
                if (body is null)
                {
                    await refusal!.ExecuteAsync(http);
                    return;
                }

                await using (body)
                {
                    http.Features.Set(body);
                    await next(http);
                }
            }
        );
}
