namespace Domain.Questions;

/// <summary>The question types by what a forecast on one of them states.</summary>
public static class QuestionTypes
{
    /// <summary>Every type, in the order in which they are declared.</summary>
    public static IReadOnlyList<QuestionType> All { get; } = Enum.GetValues<QuestionType>();

    /// <summary>The types with options, a probability on each of which is stated.</summary>
    public static IReadOnlyList<QuestionType> WithOptions { get; } = [.. All.Where(HasOptions)];

    /// <summary>The types with a range, over which a distribution is stated.</summary>
    public static IReadOnlyList<QuestionType> WithRange { get; } = [.. All.Where(t => !HasOptions(t))];

    /// <summary>Whether questions of a type have options; else they have a range.</summary>
    public static bool HasOptions(this QuestionType type) =>
        type switch
        {
            QuestionType.Binary or QuestionType.MultipleChoice or QuestionType.Ordered => true,
            QuestionType.Numeric or QuestionType.Date => false,
        };

    /// <summary>Whether the options of questions of a type have an order, lowest first.</summary>
    public static bool HasOrder(this QuestionType type) =>
        type switch
        {
            QuestionType.Ordered => true,
            QuestionType.Binary or QuestionType.MultipleChoice or QuestionType.Numeric or QuestionType.Date => false,
        };
}
