using System.Collections.Frozen;
using Domain.Erasures;
using Domain.Forecasts;
using Domain.People;
using Domain.Questions;
using Domain.Resolutions;
using Domain.Scoring.Generations;

namespace Store.Events;

/// <summary>
/// Where the data of each type of event holds what people wrote, and who they are: the free texts to which the ledger commits one by one, so that each can be
/// erased. A leaf is made by these places once and for all: a place that is added counts for later events alone.
/// </summary>
/// <remarks>
/// A list is one text, since a leaf has no room for a commitment for each of many. Slugs, outcomes and terms of a scale are not erased: scores rest on them.
/// <see cref="Tombstones"/> hold nothing; older logs have leaves of some.
/// </remarks>
public static class FreeTextPlaces
{
    private static readonly FrozenSet<string> None = FrozenSet<string>.Empty;

    private static readonly string[] Question =
    [
        "/title",
        "/background",
        "/resolutionCriteria",
        "/options",
        "/unit",
        "/tags",
        "/source/document",
        "/source/locator",
        "/group",
        "/statusQuo",
    ];

    private static readonly string[] Statement = ["/analyst", "/rationale", "/evidence"];

    private static readonly string[] Outcome = ["/reason", "/evidence", "/proposedBy", "/confirmedBy", "/claims"];

    /// <summary>The places by the type of the event, JSON pointers as <see cref="Domain.Ledger.Leaves.FreeTexts"/> takes them.</summary>
    public static IReadOnlyDictionary<Type, FrozenSet<string>> All { get; } =
        new Dictionary<Type, FrozenSet<string>>
        {
            [typeof(QuestionDrafted)] = At(Question),
            [typeof(QuestionEdited)] = At([.. Question.Select(place => $"/before{place}"), .. Question.Select(place => $"/after{place}")]),
            [typeof(DraftDropped)] = None,
            [typeof(QuestionOpened)] = None,
            [typeof(OptionsNamed)] = At("/options"),
            [typeof(CriteriaClarified)] = At("/text"),
            [typeof(CloseRescheduled)] = At("/reason"),
            [typeof(QuestionClosed)] = None,
            [typeof(EvidenceLogged)] = At("/title", "/source", "/url"),
            [typeof(ResolutionProposed)] = At("/reason", "/evidence", "/proposedBy"),
            [typeof(ResolutionRejected)] = At("/reason", "/rejectedBy"),
            [typeof(QuestionResolved)] = At(Outcome),
            [typeof(ResolutionDisputed)] = At("/reason", "/disputedBy"),
            [typeof(ResolutionCorrected)] = At(Outcome),
            [typeof(ResolutionTakenBack)] = At("/reason", "/takenBackBy", "/proposedBy", "/evidence", "/claims"),
            [typeof(QuestionAnnulled)] = At(Outcome),
            [typeof(ForecastSubmitted)] = At(Statement),
            [typeof(ForecastRevised)] = At(Statement),
            [typeof(ForecastWithdrawn)] = At("/analyst"),
            // What was sealed is in it once more to the letter, and with the salt it opens the seal: scores rest on it, as on what was stated openly.
            [typeof(ForecastRevealed)] = At(Statement),
            [typeof(ForecastExpired)] = At("/analyst"),
            [typeof(QuestionScored)] = At("/rows"),
            [typeof(AnalystRegistered)] = At("/analyst", "/name", "/subject"),
            [typeof(RolesChanged)] = None,
            [typeof(TokenIssued)] = At("/prefix", "/hash"),
            [typeof(TokenRevoked)] = None,
            [typeof(PersonErased)] = At("/reason"),
            [typeof(TextsErased)] = At("/reason"),
        };

    private static readonly FrozenDictionary<string, FrozenSet<string>> ByName = All.Select(p => KeyValuePair.Create(EventNames.Of(p.Key), p.Value))
        .Append(KeyValuePair.Create(Tombstones.Type, None))
        .ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The places in the data of a type of event; null where this version does not know the type.</summary>
    /// <param name="name">The name of the type.</param>
    public static IReadOnlySet<string>? Of(string name) => ByName.GetValueOrDefault(name);

    private static FrozenSet<string> At(params string[] places) => places.ToFrozenSet(StringComparer.Ordinal);
}
