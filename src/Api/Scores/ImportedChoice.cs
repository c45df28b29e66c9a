using Api.Endpoints;
using Api.Requests;
using Store.Reading;
using Store.Views;

namespace Api.Scores;

/// <summary>What is done with rows that rest on an imported step.</summary>
public enum ImportedChoice
{
    /// <summary>They count as all others.</summary>
    Include,

    /// <summary>They are left out.</summary>
    Exclude,

    /// <summary>All others are left out.</summary>
    Only,
}

/// <summary>Reads <c>?imported=</c>.</summary>
public static class ImportedChoices
{
    /// <summary>What is done with rows that rest on an imported step.</summary>
    public static readonly QueryParameter Parameter = QueryParameter.Choice<ImportedChoice>(
        "imported",
        "What is done with rows that rest on an imported step: count them, leave them out, or leave out all others. "
            + "Without it they count; boards, comparisons and calibration leave out those on questions that were asked here."
    );

    /// <summary>The rows that a request asks for.</summary>
    /// <param name="request">The request.</param>
    /// <param name="otherwise">What holds where it does not say.</param>
    public static ImportedScope Imported(this HttpRequest request, ImportedScope otherwise) =>
        request.Choice<ImportedChoice>(Parameter) switch
        {
            ImportedChoice.Include => ImportedScope.Include,
            ImportedChoice.Exclude => ImportedScope.Exclude,
            ImportedChoice.Only => ImportedScope.Only,
            _ => otherwise,
        };

    /// <summary>Whether a row with this mark counts; for what is told question by question, where a live question's imported rows count too.</summary>
    public static bool Counts(this ImportedScope scope, ImportedMark mark) =>
        scope switch
        {
            ImportedScope.Exclude => !mark.Imported,
            ImportedScope.Only => mark.Imported,
            _ => true,
        };

    /// <summary>The choice in words, for the title of a picture; null where none was made.</summary>
    public static string? InWords(this ImportedScope scope) =>
        scope switch
        {
            ImportedScope.Include => "imported included",
            ImportedScope.Exclude => "imported left out",
            ImportedScope.Only => "imported only",
            _ => null,
        };
}
