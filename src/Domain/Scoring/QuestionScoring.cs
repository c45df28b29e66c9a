namespace Domain.Scoring;

/// <summary>Scores every forecaster, consensus and reference on one resolved question.</summary>
public static class QuestionScoring
{
    /// <summary>The rows of one generation, ordered by forecaster (ordinal).</summary>
    public static IReadOnlyList<ScoreRow> Score(ScoringInput input) => throw new NotImplementedException();
}
