namespace Domain.Scoring.Rules;

/// <summary>What the rules that apply to a question give one forecast.</summary>
/// <param name="Loss">The two-sided Brier score of options; the CRPS of a distribution.</param>
/// <param name="Other">The spherical score of options; the mean pinball loss of a distribution, NaN where it states no level strictly between 0 and 1.</param>
/// <param name="Ordered">The ordered Brier score, where options have an order.</param>
/// <param name="LogP">The logarithm of what the forecast gave the outcome, clipped, or its bin, floored; of a partial outcome its expectation.</param>
/// <param name="Clipped">Whether it was clipped or floored.</param>
internal readonly record struct RuleValues(double Loss, double Other, double Ordered, double LogP, bool Clipped);
