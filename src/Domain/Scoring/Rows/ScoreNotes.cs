namespace Domain.Scoring.Rows;

/// <summary>Why a score is undefined.</summary>
internal static class ScoreNotes
{
    public const string NeverStood = "No forecast stood in the scoring window.";
    public const string NoFinal = "No forecast stood at the end of the scoring window.";
    public const string NoDay = "No forecast stood at the end of any whole day in the window.";
    public const string NoSpot = "No forecast stood just before the spot time.";
    public const string NotDefined = "The rule is not defined on a forecast that stood.";
    public const string Unrevealed = "A forecast was sealed and has not been revealed; while it stood it counts as reference:uniform.";
    public const string NoWholeDay = "The window holds no whole day.";
}
