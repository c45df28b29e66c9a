using Domain.Consensus;

namespace Store.Views;

/// <summary>Which rows an answer counts, by whether they rest on an imported step.</summary>
public enum ImportedScope
{
    /// <summary>All of them.</summary>
    Include,

    /// <summary>All but those that rest on a step that was imported onto a question that ran live.</summary>
    NotOntoLive,

    /// <summary>Only those that rest on no imported step.</summary>
    Exclude,

    /// <summary>Only those that rest on an imported step.</summary>
    Only,
}

/// <summary>Conditions on rows by what they rest on, as text for a statement over a view of questions with the alias <c>q</c>.</summary>
internal static class ImportedRows
{
    /// <summary>The name under which the view notes what a row rests on: the forecaster's name, or one name for every consensus.</summary>
    public static string Noted(string forecaster, string kind) => $"case when {kind} = 'Consensus' then '{ConsensusMethods.Prefix}' else {forecaster} end";

    /// <inheritdoc cref="Noted(string, string)"/>
    public static string NameOf(string forecaster) =>
        forecaster.StartsWith(ConsensusMethods.Prefix, StringComparison.Ordinal) ? ConsensusMethods.Prefix : forecaster;

    /// <summary>The condition that the question's generation read an imported step.</summary>
    /// <param name="noted">The name of the note.</param>
    /// <param name="more">Further conditions on the step <c>i</c>.</param>
    public static string Exist(string noted, string more = "") =>
        $"exists (select from {ScoreViews.Imported} i where i.question = q.question and i.forecaster = {noted} and i.sequence <= q.last_event_read{more})";

    /// <summary>The condition that it read one that was recorded after the outcome was known.</summary>
    public static string ExistAfterOutcome(string noted) => Exist(noted, " and i.recorded_at > q.known_at");

    /// <summary>The condition on a row, to be appended to other conditions.</summary>
    public static string And(ImportedScope scope, string noted) =>
        scope switch
        {
            ImportedScope.NotOntoLive => $" and not {Exist(noted, " and i.live is true")}",
            ImportedScope.Exclude => $" and not {Exist(noted)}",
            ImportedScope.Only => $" and {Exist(noted)}",
            _ => "",
        };
}
