namespace Api.Scores;

/// <summary>Questions that an answer does not count.</summary>
/// <param name="Questions">How many of those that were asked about.</param>
/// <param name="Reason">Why they are left out.</param>
public sealed record LeftOut(int Questions, string Reason);
