using Domain.Questions;

namespace Samples;

/// <summary>Drafts of questions for tests that are about something else than how a question is asked.</summary>
public static class Drafts
{
    /// <summary>A yes-or-no question that closes ten days after it opens and resolves ten days later. <c>with</c> changes the rest.</summary>
    public static QuestionDrafted Binary(string slug, DateTimeOffset opensAt) =>
        new(
            slug,
            Title: "Will it?",
            Background: "",
            ResolutionCriteria: "Yes if it does.",
            QuestionType.Binary,
            Options: ["yes", "no"],
            Range: null,
            Unit: null,
            opensAt,
            ClosesAt: opensAt.AddDays(10),
            ResolvesBy: opensAt.AddDays(20),
            SpotAt: null,
            Tags: [],
            Source: null,
            Condition: null,
            Group: null,
            StatusQuo: null
        );
}
