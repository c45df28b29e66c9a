namespace Domain.Questions;

/// <summary>
/// The range of a numeric or date question, in its unit (days since 1970-01-01 UTC for dates). An open end says that the outcome may lie
/// beyond it; a closed end says that it cannot.
/// </summary>
public sealed record QuestionRange(double Min, double Max, bool OpenLower, bool OpenUpper);
