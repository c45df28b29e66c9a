using System.Text.Json;
using Domain.People;
using Domain.Questions;
using Store.Events;

namespace Store.Tests.Events;

/// <summary>Where the free texts of each event are.</summary>
public sealed class FreeTextPlacesTests
{
    /// <summary>Texts that nobody wrote freely: names of things, words of a list, and what scores rest on. A new one is named here or in the table.</summary>
    private static readonly HashSet<string> NotFree =
    [
        "QuestionDrafted/slug",
        "QuestionDrafted/condition/question",
        "QuestionDrafted/condition/outcome",
        "QuestionEdited/before/condition/question",
        "QuestionEdited/before/condition/outcome",
        "QuestionEdited/after/condition/question",
        "QuestionEdited/after/condition/outcome",
        "ResolutionProposed/outcome",
        "QuestionResolved/outcome",
        "ResolutionCorrected/outcome",
        "QuestionAnnulled/failedCondition",
        "ForecastSubmitted/question",
        "ForecastRevised/question",
        "ForecastWithdrawn/question",
        "ForecastExpired/question",
        "ForecastRevealed/question",
        "ForecastSubmitted/statement/seal",
        "ForecastRevised/statement/seal",
        "ForecastRevealed/statement/seal",
        "ForecastRevealed/statement/verbal/term",
        "ForecastRevealed/statement/verbal/scale",
        "ForecastRevealed/statement/verbal/scaleVersion",
        "ForecastRevealed/salt",
        "ForecastRevealed/sealedText",
        "ForecastSubmitted/statement/verbal/term",
        "ForecastSubmitted/statement/verbal/scale",
        "ForecastSubmitted/statement/verbal/scaleVersion",
        "ForecastRevised/statement/verbal/term",
        "ForecastRevised/statement/verbal/scale",
        "ForecastRevised/statement/verbal/scaleVersion",
        "QuestionScored/question",
        "QuestionScored/ruleSet",
        "QuestionScored/outcome",
        "TokenIssued/tokenId",
        "TokenRevoked/tokenId",
    ];

    [Fact]
    public void Every_type_of_event_has_its_places() =>
        Assert.Equal(EventNames.All.Keys.Select(t => t.Name).Order(), FreeTextPlaces.All.Keys.Select(t => t.Name).Order());

    [Fact]
    public void Every_text_of_every_event_can_be_erased_or_is_named_as_none_that_anybody_wrote()
    {
        var unnamed = EventNames.All.Keys.SelectMany(type => Texts(type, type.Name, "").Where(t => !NotFree.Contains(t))).ToList();

        Assert.Empty(unnamed);
    }

    [Fact]
    public void Every_place_is_one_that_the_event_has()
    {
        foreach (var (type, places) in FreeTextPlaces.All)
            Assert.All(places, place => Assert.True(Has(type, place), $"{type.Name} has no {place}"));
    }

    [Fact]
    public void The_mark_of_a_number_drawn_in_vain_has_a_leaf_and_an_unknown_event_has_none()
    {
        Assert.Empty(FreeTextPlaces.Of("tombstone")!);
        Assert.Null(FreeTextPlaces.Of("something_newer"));
    }

    /// <summary>The texts below a place that no place of the table covers.</summary>
    private static IEnumerable<string> Texts(Type type, string root, string place)
    {
        foreach (var property in type.GetProperties().Where(p => p.GetIndexParameters().Length == 0 && p.GetMethod!.IsPublic && !p.GetMethod.IsStatic))
        {
            var here = $"{place}/{JsonNamingPolicy.CamelCase.ConvertName(property.Name)}";
            if (FreeTextPlaces.All.Single(p => p.Key.Name == root).Value.Contains(here))
                continue;
            var of = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
            var inner = of.IsGenericType ? of.GetGenericArguments()[^1] : of;
            // A slug or a name is of a type of its own, and a plain text in the JSON.
            if (inner == typeof(string) || inner == typeof(QuestionSlug) || inner == typeof(ForecasterName))
                yield return $"{root}{here}";
            else if (inner.Namespace!.StartsWith("Domain", StringComparison.Ordinal) && !inner.IsEnum)
            {
                foreach (var text in Texts(inner, root, here))
                    yield return text;
            }
        }
    }

    private static bool Has(Type type, string place)
    {
        foreach (var step in place[1..].Split('/'))
        {
            if (type.GetProperties().FirstOrDefault(p => JsonNamingPolicy.CamelCase.ConvertName(p.Name) == step) is not { } property)
                return false;
            type = property.PropertyType;
        }

        return true;
    }
}
