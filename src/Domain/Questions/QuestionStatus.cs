namespace Domain.Questions;

/// <summary>Where a question stands in its life.</summary>
public enum QuestionStatus
{
    /// <summary>Written, not yet open to forecasts.</summary>
    Draft,

    /// <summary>Takes forecasts.</summary>
    Open,

    /// <summary>Takes no more forecasts, and waits for an outcome.</summary>
    Closed,

    /// <summary>Somebody proposed an outcome, and another person has yet to confirm it.</summary>
    Proposed,

    /// <summary>Has a confirmed outcome.</summary>
    Resolved,

    /// <summary>Void: nothing about it is scored.</summary>
    Annulled,
}
