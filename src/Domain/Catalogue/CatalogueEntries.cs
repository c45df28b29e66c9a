using Domain.Forecasts;
using Domain.Questions;
using Domain.ReferenceForecasters;

namespace Domain.Catalogue;

/// <summary>How a question came out, with what shows it.</summary>
/// <param name="Outcome">The outcome as text.</param>
/// <param name="KnownAt">The instant from which the world knew it, UTC.</param>
/// <param name="Reason">Why, in words.</param>
/// <param name="Evidence">Addresses or descriptions.</param>
public sealed record CatalogueOutcome(string Outcome, DateTimeOffset KnownAt, string Reason, IReadOnlyList<string> Evidence);

/// <summary>A dated event of the world, and the groups of questions that it bears on.</summary>
/// <param name="OccurredAt">When it happened, UTC.</param>
/// <param name="Title">What happened.</param>
/// <param name="Source">Who reports it.</param>
/// <param name="Questions">The groups of questions on which it bears, each a question at all its horizons.</param>
public sealed record CatalogueEvidence(DateTimeOffset OccurredAt, string Title, string Source, IReadOnlyList<string> Questions);

/// <summary>A likelihood that the document stated in words, as a forecast that the question comes out yes.</summary>
/// <param name="Words">The document's own few words.</param>
/// <param name="Probability">The midpoint of the range that the words are read as.</param>
/// <param name="Verbal">The term as which the words are read, with its scale and range.</param>
public sealed record CatalogueStatement(string Words, double Probability, VerbalStatement Verbal);

/// <summary>One question of the catalogue at one horizon.</summary>
public sealed record CatalogueQuestion
{
    /// <summary>The name of the question at this horizon.</summary>
    public required string Slug { get; init; }

    /// <summary>The name that all horizons of the question share.</summary>
    public required string Group { get; init; }

    /// <summary>What is asked, in one line.</summary>
    public required string Title { get; init; }

    /// <summary>How the outcome is decided.</summary>
    public required string Criteria { get; init; }

    /// <summary>The kind of answer.</summary>
    public required QuestionType Type { get; init; }

    /// <summary>The options in their order; empty for a number or a date, and for a binary question, whose options need no naming.</summary>
    public IReadOnlyList<string> Options { get; init; } = [];

    /// <summary>The range of a number or a date; null for a question with options.</summary>
    public QuestionRange? Range { get; init; }

    /// <summary>The unit of a number; null where there is none.</summary>
    public string? Unit { get; init; }

    /// <summary>The start of the scheduled lifetime, UTC, included.</summary>
    public DateTimeOffset OpensAt { get; init; }

    /// <summary>The end of the scheduled lifetime, UTC, not included.</summary>
    public DateTimeOffset ClosesAt { get; init; }

    /// <summary>The tags, the first of which the base rate goes by.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Where in the document the question was drawn from.</summary>
    public required string Locator { get; init; }

    /// <summary>The condition under which the question is asked; null where it is asked in any case.</summary>
    public QuestionCondition? Condition { get; init; }

    /// <summary>The outcome that comes about if nothing changes; null where none is named.</summary>
    public string? StatusQuo { get; init; }

    /// <summary>What the document said; null where it said nothing of this question.</summary>
    public CatalogueStatement? Stated { get; init; }

    /// <summary>The outcome.</summary>
    public required CatalogueOutcome Outcome { get; init; }

    /// <summary>The draft of the question, marked as imported.</summary>
    public QuestionDrafted ToDraft() =>
        new(
            Slug,
            Title,
            $"Drawn from {BriefCatalogue.DocumentTitle}, {Locator}.",
            Criteria,
            Type,
            Type == QuestionType.Binary ? ["yes", "no"] : Options,
            Range,
            Unit,
            OpensAt,
            ClosesAt,
            ClosesAt.AddDays(30),
            null,
            Tags,
            new QuestionSource(BriefCatalogue.DocumentTitle, Locator),
            Condition,
            Group,
            StatusQuo,
            Imported: true
        );
}
