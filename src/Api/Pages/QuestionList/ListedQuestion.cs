using System.Text.Json;
using Api.Consensus;
using Api.Pages.Reading;
using Api.Questions;
using Domain.People;
using Domain.Questions;

namespace Api.Pages.QuestionList;

/// <summary>A question in a list, with what the crowd says of its first option.</summary>
/// <param name="Question">The question.</param>
/// <param name="Timeline">What was forecast of it; null where it has no options.</param>
public sealed record ListedQuestion(QuestionAnswer Question, TimelineAnswer? Timeline)
{
    /// <summary>What a document says of it, where nobody else forecast; else null.</summary>
    public TimelineLine? Document => Timeline is { Spread.Count: 0 } ? Timeline.Lines.FirstOrDefault(l => l.Kind == ForecasterKind.Document) : null;

    /// <summary>What is said of the first option from when on: the crowd's median, or what a document says where nobody else forecast.</summary>
    public IReadOnlyList<(DateTimeOffset At, double? Value)> Steps =>
        Document is { } document ? [.. document.Steps.Select(s => (s.At, s.Probability))] : [.. Timeline?.Spread.Select(s => (s.At, s.Median)) ?? []];

    /// <summary>What is said at last; null where nothing stands.</summary>
    public double? Said => Steps is [.., var (_, last)] ? last : null;

    /// <summary>What one forecaster says of the first option at last; null where nothing stands.</summary>
    public double? SaidBy(string? forecaster) =>
        forecaster is null ? null
        : Timeline?.Lines.FirstOrDefault(l => l.Forecaster == forecaster)?.Steps is [.., var last] ? last.Probability
        : null;

    /// <summary>Questions with what was forecast of them, as of the times of the page.</summary>
    public static async Task<IReadOnlyList<ListedQuestion>> AllAsync(PageRequest page, IReadOnlyList<QuestionAnswer> questions) =>
        await Task.WhenAll(
            questions.Select(async q => new ListedQuestion(
                q,
                q.Status == QuestionStatus.Draft || q.Options is null
                    ? null
                    : await page.FindAsync<TimelineAnswer>(
                        "/questions/{slug}/timeline",
                        new Dictionary<string, string> { ["slug"] = q.Slug },
                        page.Times.Append(new("analyst", page.Me))
                    )
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
