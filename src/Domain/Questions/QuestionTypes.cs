using Domain.Resolutions;

namespace Domain.Questions;

/// <summary>
/// What tells the types of questions apart. Each of these switches names every type and has no other arm: a type that is added does not compile until it is
/// answered here. Whoever asks one of these questions need not know the types.
/// </summary>
public static class QuestionTypes
{
    /// <summary>Every type, in the order in which they are declared.</summary>
    public static IReadOnlyList<QuestionType> All { get; } = Enum.GetValues<QuestionType>();

    /// <summary>The types with options, a probability on each of which is stated.</summary>
    public static IReadOnlyList<QuestionType> WithOptions { get; } = [.. All.Where(HasOptions)];

    /// <summary>The types with a range, over which a distribution is stated.</summary>
    public static IReadOnlyList<QuestionType> WithRange { get; } = [.. All.Where(HasRange)];

    /// <summary>What an outcome of questions of a type is.</summary>
    public static OutcomeForm Form(this QuestionType type) =>
        type switch
        {
            QuestionType.Binary or QuestionType.MultipleChoice or QuestionType.Ordered => OutcomeForm.Option,
            QuestionType.Numeric => OutcomeForm.Number,
            QuestionType.Date => OutcomeForm.Date,
        };

    /// <summary>Whether questions of a type have options, on each of which a forecast states a probability.</summary>
    public static bool HasOptions(this QuestionType type) =>
        type.Form() switch
        {
            OutcomeForm.Option => true,
            OutcomeForm.Number or OutcomeForm.Date => false,
        };

    /// <summary>Whether questions of a type have a range, over which a forecast states a distribution.</summary>
    public static bool HasRange(this QuestionType type) =>
        type.Form() switch
        {
            OutcomeForm.Number or OutcomeForm.Date => true,
            OutcomeForm.Option => false,
        };

    /// <summary>Whether the numbers of a type are days since 1970-01-01 UTC, which people write as dates.</summary>
    public static bool CountsDays(this QuestionType type) =>
        type.Form() switch
        {
            OutcomeForm.Date => true,
            OutcomeForm.Option or OutcomeForm.Number => false,
        };

    /// <summary>Whether the options are <c>yes</c> and <c>no</c>, so that one probability states a forecast, and a verbal term may.</summary>
    public static bool IsYesOrNo(this QuestionType type) =>
        type switch
        {
            QuestionType.Binary => true,
            QuestionType.MultipleChoice or QuestionType.Ordered or QuestionType.Numeric or QuestionType.Date => false,
        };

    /// <summary>Whether the options have an order, lowest first.</summary>
    public static bool HasOrder(this QuestionType type) =>
        type switch
        {
            QuestionType.Ordered => true,
            QuestionType.Binary or QuestionType.MultipleChoice or QuestionType.Numeric or QuestionType.Date => false,
        };

    /// <summary>Whether an imported question may leave it to the forecasts to name its options; their order is nothing that forecasts could tell.</summary>
    public static bool MayLeaveOptionsToForecasts(this QuestionType type) =>
        type switch
        {
            QuestionType.MultipleChoice => true,
            QuestionType.Binary or QuestionType.Ordered or QuestionType.Numeric or QuestionType.Date => false,
        };
}
