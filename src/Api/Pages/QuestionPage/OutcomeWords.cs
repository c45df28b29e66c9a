using Api.Pages.QuestionList;
using Api.Pages.Texts;
using Api.Questions;
using Domain;
using Domain.Questions;

namespace Api.Pages.QuestionPage;

/// <summary>How a question stands, in a few words.</summary>
internal static class OutcomeWords
{
    /// <summary>Its outcome where there is one, else its status.</summary>
    public static string Status(QuestionAnswer question, PageTexts texts) =>
        question.Outcome is null ? texts[$"status.{Spelling.Of(question.Status)}"]
        : question.Status == QuestionStatus.Annulled ? texts["status.annulled"]
        : texts.Say("question.resolvedAs", ListedQuestion.Outcome(question, texts));
}
