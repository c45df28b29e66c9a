using Domain.Forecasts;
using Domain.Questions;

namespace Domain.Catalogue;

/// <summary>How a question came out, with what shows it.</summary>
public sealed record CatalogueOutcome(string Outcome, DateTimeOffset KnownAt, string Reason, IReadOnlyList<string> Evidence);

/// <summary>A dated event of the world, and the groups of questions that it bears on.</summary>
public sealed record CatalogueEvidence(DateTimeOffset OccurredAt, string Title, string Source, IReadOnlyList<string> Questions);

/// <summary>A likelihood that the document stated in words, as a forecast that the question comes out yes.</summary>
/// <param name="Words">The document's own few words.</param>
/// <param name="Probability">The midpoint of the range that the words are read as.</param>
public sealed record CatalogueStatement(string Words, double Probability, VerbalStatement Verbal);

/// <summary>One question of the catalogue at one horizon.</summary>
public sealed record CatalogueQuestion
{
    public required string Slug { get; init; }

    /// <summary>The name that all horizons of the question share.</summary>
    public required string Group { get; init; }

    public required string Title { get; init; }

    public required string Criteria { get; init; }

    public required QuestionType Type { get; init; }

    public IReadOnlyList<string> Options { get; init; } = [];

    public QuestionRange? Range { get; init; }

    public string? Unit { get; init; }

    public DateTimeOffset OpensAt { get; init; }

    public DateTimeOffset ClosesAt { get; init; }

    public IReadOnlyList<string> Tags { get; init; } = [];

    public required string Locator { get; init; }

    public QuestionCondition? Condition { get; init; }

    public string? StatusQuo { get; init; }

    public CatalogueStatement? Stated { get; init; }

    public required CatalogueOutcome Outcome { get; init; }

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
