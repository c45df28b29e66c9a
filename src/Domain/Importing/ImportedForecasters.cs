using Domain.Consensus;
using Domain.People;

namespace Domain.Importing;

/// <summary>Who the forecasters of a file of history are.</summary>
public static class ImportedForecasters
{
    /// <summary>
    /// The kind of a forecaster by its name. The prefixes <c>reference:</c>, <c>consensus:</c>, <c>bot:</c> and <c>document:</c> name the kind;
    /// everybody else is a person.
    /// </summary>
    public static ForecasterKind KindOf(string forecaster) =>
        forecaster.Split(':', 2) switch
        {
            ["reference", _] => ForecasterKind.Reference,
            ["consensus", _] => ForecasterKind.Consensus,
            ["bot", _] => ForecasterKind.Bot,
            ["document", _] => ForecasterKind.Document,
            _ => ForecasterKind.Person,
        };

    /// <summary>Why nobody can be imported under this name; null where somebody can.</summary>
    public static Refusal? Check(string forecaster)
    {
        if (!StreamKeys.IsForecaster(forecaster))
        {
            return new Refusal(
                RefusalKind.Invalid,
                $"'{forecaster}' can be nobody's name here: a name has 1 to 80 characters of a to z, A to Z, 0 to 9 and . _ : -.",
                "forecaster"
            );
        }

        if (!ComputedNames.Holds(forecaster))
            return null;
        var what = forecaster.StartsWith(ConsensusMethods.Prefix, StringComparison.Ordinal)
            ? $"what '{ConsensusMethods.Prefix}' begins is computed here from the forecasts"
            : "it is computed here from the question";
        return new Refusal(
            RefusalKind.Conflict,
            $"'{forecaster}' cannot be imported: {what}. Leave its rows out, or import them under another name.",
            "forecaster"
        );
    }

    /// <summary>The event by which somebody unknown so far becomes known: an analyst without roles and without a token; references and consensus have no such
    /// stream.</summary>
    public static AnalystRegistered? Register(string forecaster, ForecasterKind kind) =>
        kind is ForecasterKind.Reference or ForecasterKind.Consensus ? null : new AnalystRegistered(forecaster, forecaster, kind, []);
}
