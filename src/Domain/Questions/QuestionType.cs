namespace Domain.Questions;

/// <summary>What kind of answer a question has, and so what a forecast on it states and which scoring rules apply.</summary>
public enum QuestionType
{
    /// <summary>Yes or no. Its two options are <c>yes</c> (index 0) and <c>no</c> (index 1).</summary>
    Binary,

    /// <summary>Exactly one of two or more unordered options.</summary>
    MultipleChoice,

    /// <summary>Exactly one of two or more options that have an order, lowest first.</summary>
    Ordered,

    /// <summary>A number within a range whose ends may be open.</summary>
    Numeric,

    /// <summary>A calendar date within a range; counted in days since 1970-01-01 UTC wherever arithmetic is done on it.</summary>
    Date,
}
