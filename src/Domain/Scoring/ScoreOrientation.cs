namespace Domain.Scoring;

/// <summary>Which of two scores is the better one.</summary>
public enum ScoreOrientation
{
    /// <summary>The lesser: the score is a loss.</summary>
    LowerIsBetter,

    /// <summary>The greater: the score is a gain.</summary>
    HigherIsBetter,
}
