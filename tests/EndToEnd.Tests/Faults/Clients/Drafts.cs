namespace EndToEnd.Tests.Faults.Clients;

/// <summary>Questions as clients ask them.</summary>
internal static class Drafts
{
    public static object Binary(string slug, DateTimeOffset closesAt) =>
        new
        {
            slug,
            title = $"Will {slug} come about?",
            resolutionCriteria = "Yes if it does.",
            type = "binary",
            opensAt = closesAt.AddDays(-400),
            closesAt,
            resolvesBy = closesAt.AddDays(1),
        };
}
