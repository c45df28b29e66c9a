using System.Text.Json.Serialization;

namespace Domain.Questions;

/// <summary>
/// Some fields of a question: those that an edit changes. A field that is null did not change, or had no value; of a field that changed, one of the two sides
/// of the edit has a value.
/// </summary>
/// <param name="Title">What is asked, in one line.</param>
/// <param name="Background">What a forecaster should know first.</param>
/// <param name="ResolutionCriteria">How the outcome will be decided.</param>
/// <param name="Type">The kind of answer.</param>
/// <param name="Options">The options in their order; empty for a number or a date.</param>
/// <param name="Range">The range of a number or a date.</param>
/// <param name="Unit">The unit of a number.</param>
/// <param name="OpensAt">The instant from which forecasts are taken, included; UTC.</param>
/// <param name="ClosesAt">The instant from which forecasts are no longer taken; UTC.</param>
/// <param name="ResolvesBy">The instant by which the outcome should be known, included; UTC.</param>
/// <param name="SpotAt">The instant of the spot scores, UTC.</param>
/// <param name="Tags">The tags in their order.</param>
/// <param name="Source">The document from which the question was drawn.</param>
/// <param name="Condition">The condition under which the question is asked.</param>
/// <param name="Group">The group of related questions.</param>
/// <param name="StatusQuo">The outcome that comes about if nothing changes, as text.</param>
public sealed record QuestionFields(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Title = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Background = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? ResolutionCriteria = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] QuestionType? Type = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<string>? Options = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] QuestionRange? Range = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Unit = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? OpensAt = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? ClosesAt = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? ResolvesBy = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? SpotAt = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<string>? Tags = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] QuestionSource? Source = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] QuestionCondition? Condition = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Group = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? StatusQuo = null
)
{
    /// <summary>The fields that can be edited at any time, in the API's spelling. All others are fixed once the question is opened.</summary>
    public static IReadOnlyList<string> AtAnyTime { get; } = ["title", "background", "tags", "group"];

    /// <summary>What of a draft differs from another.</summary>
    public static QuestionFields Of(QuestionDrafted draft, QuestionDrafted other) =>
        new(
            draft.Title == other.Title ? null : draft.Title,
            draft.Background == other.Background ? null : draft.Background,
            draft.ResolutionCriteria == other.ResolutionCriteria ? null : draft.ResolutionCriteria,
            draft.Type == other.Type ? null : draft.Type,
            draft.Options.SequenceEqual(other.Options) ? null : draft.Options,
            draft.Range == other.Range ? null : draft.Range,
            draft.Unit == other.Unit ? null : draft.Unit,
            draft.OpensAt == other.OpensAt ? null : draft.OpensAt,
            draft.ClosesAt == other.ClosesAt ? null : draft.ClosesAt,
            draft.ResolvesBy == other.ResolvesBy ? null : draft.ResolvesBy,
            draft.SpotAt == other.SpotAt ? null : draft.SpotAt,
            draft.Tags.SequenceEqual(other.Tags) ? null : draft.Tags,
            draft.Source == other.Source ? null : draft.Source,
            draft.Condition == other.Condition ? null : draft.Condition,
            draft.Group == other.Group ? null : draft.Group,
            draft.StatusQuo == other.StatusQuo ? null : draft.StatusQuo
        );

    /// <summary>The names of the fields that have a value here, in the API's spelling.</summary>
    public IEnumerable<string> Names()
    {
        (string Name, object? Value)[] fields =
        [
            ("title", Title),
            ("background", Background),
            ("resolutionCriteria", ResolutionCriteria),
            ("type", Type),
            ("options", Options),
            ("range", Range),
            ("unit", Unit),
            ("opensAt", OpensAt),
            ("closesAt", ClosesAt),
            ("resolvesBy", ResolvesBy),
            ("spotAt", SpotAt),
            ("tags", Tags),
            ("source", Source),
            ("condition", Condition),
            ("group", Group),
            ("statusQuo", StatusQuo),
        ];
        return fields.Where(f => f.Value is not null).Select(f => f.Name);
    }

    /// <summary>Without the fields that can be edited at any time.</summary>
    internal QuestionFields OfDraftsAlone() => this with { Title = null, Background = null, Tags = null, Group = null };
}
