namespace Api.Endpoints;

/// <summary>An example of a body that the endpoint reads by itself, so that no parameter documents it.</summary>
/// <param name="Json">The example.</param>
public sealed record BodyExample(string Json);

/// <summary>Says what a body looks like that an endpoint reads by itself.</summary>
public static class BodyExamples
{
    /// <summary>Gives an example of the body.</summary>
    public static TBuilder WithExample<TBuilder>(this TBuilder builder, string json)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new BodyExample(json));
}
