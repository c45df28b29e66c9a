using Domain.Resolutions;

namespace Domain.Questions;

/// <summary>A resolved question as the scoring engine sees it.</summary>
/// <param name="Slug">The question's name.</param>
/// <param name="Type">What kind of answer it has.</param>
/// <param name="OptionCount">The number of options; 2 for binary, 0 for numeric and date questions.</param>
/// <param name="Range">The range of a numeric or date question, else null.</param>
/// <param name="OpensAt">The start of the scheduled lifetime and of the scoring window.</param>
/// <param name="ClosesAt">The end of the scheduled lifetime ⟨OpensAt, ClosesAt).</param>
/// <param name="KnownAt">The instant from which the outcome was known; the window ends at the earlier of it and the close.</param>
/// <param name="SpotAt">The instant of the spot scores; null for the default.</param>
/// <param name="Outcome">What happened.</param>
/// <param name="StatusQuo">The outcome that comes out if nothing changes, where the question names one.</param>
public sealed record ResolvedQuestion(
    string Slug,
    QuestionType Type,
    int OptionCount,
    QuestionRange? Range,
    DateTimeOffset OpensAt,
    DateTimeOffset ClosesAt,
    DateTimeOffset KnownAt,
    DateTimeOffset? SpotAt,
    OutcomeValue Outcome,
    OutcomeValue? StatusQuo
);
