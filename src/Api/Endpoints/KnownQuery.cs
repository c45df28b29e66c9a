namespace Api.Endpoints;

/// <summary>The query parameters that an endpoint takes.</summary>
public sealed record KnownQuery(IReadOnlyList<QueryParameter> Parameters)
{
    /// <summary>The names of the parameters.</summary>
    public IReadOnlyList<string> Names { get; } = [.. Parameters.Select(p => p.Name)];
}

/// <summary>The query parameters that an endpoint takes more than once.</summary>
public sealed record RepeatedQuery(IReadOnlyList<string> Names);

/// <summary>Says which query parameters an endpoint takes.</summary>
public static class QueryMarks
{
    /// <summary>Names the query parameters that the endpoint takes. Where none is named, every parameter is refused.</summary>
    public static TBuilder Knows<TBuilder>(this TBuilder builder, params QueryParameter[] parameters)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new KnownQuery(parameters));

    /// <summary>Names those of the parameters that can be given more than once; any of their values then holds.</summary>
    public static TBuilder Repeats<TBuilder>(this TBuilder builder, params QueryParameter[] parameters)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new RepeatedQuery([.. parameters.Select(p => p.Name)]));
}
