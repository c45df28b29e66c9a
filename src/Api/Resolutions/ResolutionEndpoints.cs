namespace Api.Resolutions;

/// <summary>
/// Resolutions: proposed by one person, confirmed by another; corrected, annulled and taken back the same way. Each act has a file of its own.
/// </summary>
public static class ResolutionEndpoints
{
    /// <summary>Maps every act on resolutions.</summary>
    public static void MapResolutions(this IEndpointRouteBuilder routes)
    {
        var resolutions = routes.MapGroup("").WithTags("Resolutions");
        Propose.Map(resolutions);
        ResolutionHistory.Map(resolutions);
        Correct.Map(resolutions);
        Annul.Map(resolutions);
        TakeBack.Map(resolutions);
        Confirm.Map(resolutions);
        Reject.Map(resolutions);
        Dispute.Map(resolutions);
    }
}
