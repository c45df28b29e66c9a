namespace Api.Http;

/// <summary>Refuses query parameters that an endpoint does not know: a filter that is silently ignored answers another question.</summary>
public static class KnownParameters
{
    public static TBuilder Knows<TBuilder>(this TBuilder builder, params string[] parameters)
        where TBuilder : IEndpointConventionBuilder => builder.AddEndpointFilter(async (context, next) =>
        {
            var unknown = context.HttpContext.Request.Query.Keys.Where(k => !parameters.Contains(k, StringComparer.Ordinal)).ToList();
            return unknown.Count == 0
                ? await next(context)
                : Problems.Invalid(unknown.Select(k => (k, parameters.Length == 0
                    ? $"'{k}' is no parameter of this request; it takes none."
                    : $"'{k}' is no parameter of this request; it takes {string.Join(", ", parameters)}.")));
        });
}
