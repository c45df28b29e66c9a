using Domain;
using Domain.Questions;
using Domain.Resolutions;
using Marten;
using Store.GroupCommit;

namespace Api.Questions;

/// <summary>Holds the condition of a question against the question that it names.</summary>
public static class Conditions
{
    /// <summary>
    /// What is wrong with a condition; null where nothing is. The question that it names stays as it is until the end of the session's transaction, which has
    /// begun.
    /// </summary>
    /// <param name="session">The session to read through.</param>
    /// <param name="condition">The condition.</param>
    /// <param name="token">Ends the read.</param>
    public static async Task<Decision?> HoldAsync(IDocumentSession session, QuestionCondition condition, CancellationToken token)
    {
        await session.LockQuestionAsync(condition.Question, token);
        var dependsOn = await session.LoadAsync<Question>(StreamKeys.Question(condition.Question), token);
        if (dependsOn is null)
            return Decision.Invalid("condition", $"There is no question '{condition.Question}' to depend on.");
        if (OutcomeText.Parse(dependsOn, condition.Outcome) is not { } wanted)
            return Decision.Invalid("condition", $"'{condition.Outcome.Shortened(60)}' is no outcome of '{condition.Question}'.");
        return wanted is OutcomeValue.Partial
            ? Decision.Invalid("condition", "A condition names one outcome, which comes about or does not; options by degrees are none.")
            : null;
    }

    /// <summary>
    /// A refusal where the question that a condition names depends, by itself or through others, on the very question that is asked under it; else null.
    /// </summary>
    /// <param name="session">The session to read through.</param>
    /// <param name="slug">The question that is asked under the condition.</param>
    /// <param name="condition">The condition.</param>
    /// <param name="token">Ends the read.</param>
    public static async Task<Decision?> LeadsBackAsync(IQuerySession session, string slug, QuestionCondition condition, CancellationToken token)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var on = condition.Question; seen.Add(on); )
        {
            if ((await session.LoadAsync<Question>(StreamKeys.Question(on), token))?.Condition is not { } further)
                return null;
            if (further.Question == slug)
                return Decision.Invalid("condition", $"The conditions lead back to this question: '{on}' depends on it.");
            on = further.Question;
        }

        return null;
    }
}
