using System.Text.Json;
using Api.Consensus;
using Api.Pages.Reading;
using Api.Questions;
using Domain.Questions;

namespace Api.Pages.QuestionList;

/// <summary>A question in a list, with what the crowd says of its first option.</summary>
/// <param name="Question">The question.</param>
/// <param name="Timeline">What was forecast of it; null where it has no options.</param>
public sealed record ListedQuestion(QuestionAnswer Question, TimelineAnswer? Timeline)
{
    /// <summary>The crowd's median at last; null where no forecast of a person or bot stands.</summary>
    public double? Median => Timeline?.Spread is [.., var last] ? last.Median : null;

    /// <summary>Questions with what was forecast of them, as of the times of the page.</summary>
    public static async Task<IReadOnlyList<ListedQuestion>> AllAsync(PageRequest page, IReadOnlyList<QuestionAnswer> questions) =>
        await Task.WhenAll(
            questions.Select(async q => new ListedQuestion(
                q,
                q.Status == QuestionStatus.Draft || q.Options is null
                    ? null
                    : await page.FindAsync<TimelineAnswer>("/questions/{slug}/timeline", new Dictionary<string, string> { ["slug"] = q.Slug }, page.Times)
            ))
        );

    /// <summary>An outcome as a page writes it.</summary>
    public static string Outcome(QuestionAnswer question, Texts.PageTexts texts) => question.Outcome is { } outcome ? Outcome(outcome, question, texts) : "";

    /// <summary>An outcome of a question as a page writes it.</summary>
    public static string Outcome(JsonElement outcome, QuestionAnswer question, Texts.PageTexts texts) =>
        outcome.ValueKind switch
        {
            JsonValueKind.Object => string.Join(
                ", ",
                outcome.EnumerateObject().Select(o => $"{Option(o.Name, question, texts)} {Figures.Figure.Percent(o.Value.GetDouble())}")
            ),
            JsonValueKind.Number => Figures.Figure.Plain(outcome.GetDouble()) + (question.Unit is { } unit ? $" {unit}" : ""),
            _ => Option(outcome.GetString() ?? "", question, texts),
        };

    /// <summary>An option as a page writes it: yes and no in the reader's language, all others as they stand.</summary>
    public static string Option(string option, QuestionAnswer question, Texts.PageTexts texts) =>
        option is "annulled" or "unresolved" || question.Type.IsYesOrNo() ? texts.Find($"outcome.{option}") ?? option : option;
}
