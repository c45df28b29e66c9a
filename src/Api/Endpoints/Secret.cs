namespace Api.Endpoints;

/// <summary>Marks an endpoint whose answer shows a secret: it is neither compressed nor cached, and is kept only sealed.</summary>
public sealed record Secret;

/// <summary>Endpoints whose answers show secrets.</summary>
public static class Secrets
{
    /// <summary>Shows a secret in its answer.</summary>
    public static TBuilder ShowsSecret<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new Secret());

    /// <summary>Whether the answer to this request shows a secret.</summary>
    public static bool ShowsSecret(this HttpContext http) => http.GetEndpoint()?.Metadata.GetMetadata<Secret>() is not null;
}
