namespace Domain.Questions;

/// <summary>
/// The range of a numeric or date question, in its unit (days since 1970-01-01 UTC for dates). The outcome may lie beyond an open end, and cannot lie
/// beyond a closed one. Both ends belong to the range.
/// </summary>
/// <param name="Min">The lower end; finite and below <paramref name="Max"/>.</param>
/// <param name="Max">The upper end; finite.</param>
/// <param name="OpenLower">Whether the outcome may lie below <paramref name="Min"/>.</param>
/// <param name="OpenUpper">Whether the outcome may lie above <paramref name="Max"/>.</param>
public sealed record QuestionRange(double Min, double Max, bool OpenLower, bool OpenUpper);
