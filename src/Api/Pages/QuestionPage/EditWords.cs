using Api.Pages.Texts;
using Api.Questions;
using Domain;

namespace Api.Pages.QuestionPage;

/// <summary>An edit of a question in words, a sentence for each field that it changed.</summary>
internal static class EditWords
{
    public static IEnumerable<string> Of(EditStep step, PageTexts texts) =>
        from field in Values(step.Before, texts).Zip(Values(step.After, texts))
        let name = texts[$"edit.{field.First.Name}"]
        let sentence = (field.First.Value, field.Second.Value) switch
        {
            ({ Length: > 0 } before, { Length: > 0 } after) => texts.Say("edit.change", name, before, after),
            ({ Length: > 0 } before, _) => texts.Say("edit.removed", name, before),
            (_, { Length: > 0 } after) => texts.Say("edit.added", name, after),
            _ => null,
        }
        where sentence is not null
        select sentence;

    private static IEnumerable<(string Name, string? Value)> Values(EditedFields fields, PageTexts texts)
    {
        yield return ("title", Written(fields.Title));
        yield return ("background", Written(fields.Background));
        yield return ("resolutionCriteria", Written(fields.ResolutionCriteria));
        yield return ("type", fields.Type is { } type ? texts[$"type.{Spelling.Of(type)}"] : null);
        yield return ("options", List(fields.Options));
        yield return ("range", fields.Range is { } range ? $"{range.Min} – {range.Max}{Open(range.Open)}" : null);
        yield return ("unit", Written(fields.Unit));
        yield return ("opensAt", Instant(fields.OpensAt));
        yield return ("closesAt", Instant(fields.ClosesAt));
        yield return ("resolvesBy", Instant(fields.ResolvesBy));
        yield return ("spotAt", Instant(fields.SpotAt));
        yield return ("tags", List(fields.Tags));
        yield return ("source", fields.Source is { } source ? $"{Written(source.Document)}, {Written(source.Locator)}" : null);
        yield return ("condition", fields.Condition is { } condition ? $"{condition.Question}: {condition.Outcome}" : null);
        yield return ("group", fields.Group);
        yield return ("statusQuo", fields.StatusQuo);

        string? Written(string? text) => text is null ? null : texts.Written(text);
        string? Instant(DateTimeOffset? at) => at is { } instant ? texts.Instant(instant) : null;
        static string? List(IReadOnlyList<string>? entries) => entries is null ? null : string.Join(", ", entries);
        static string Open(IReadOnlyList<string>? ends) => ends is { Count: > 0 } ? $" ({string.Join(", ", ends)})" : "";
    }
}
