using Domain;
using Domain.Questions;
using Domain.Resolutions;
using Domain.Resolving;
using Samples;

namespace Lifecycle.Tests;

/// <summary>The lifecycle as the decisions make it: every state that can be reached, and every event that leads from one to another.</summary>
internal static class LifecycleDiagram
{
    private static readonly DateTimeOffset Opening = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Before = Opening.AddDays(1);
    private static readonly DateTimeOffset Close = Opening.AddDays(2);
    private static readonly DateTimeOffset After = Opening.AddDays(3);

    private static readonly Question Draft = Question.Drafted(
        "question/effect",
        Drafts.Binary("effect", Opening) with
        {
            Condition = new QuestionCondition("cause", "yes"),
            ClosesAt = Close,
            ResolvesBy = Opening.AddDays(4),
        }
    );

    /// <summary>The condition as it can stand: unresolved, come true, failed, void.</summary>
    private static readonly Question[] Conditions =
    [
        .. new string?[] { null, "yes", "no", OutcomeText.Annulled }.Select(outcome =>
            Draft with
            {
                Id = "question/cause",
                Slug = "cause",
                Condition = null,
                Resolution = outcome is null ? null : new Resolution(outcome, Before, "Because.", ["a gauge"], "ana", "ben"),
            }
        ),
    ];

    public static string Draw()
    {
        var transitions = Transitions();
        var moves = transitions.Where(t => t.From != t.To).Select(t => $"    {Name(t.From)} --> {Name(t.To)}: {t.Event}");
        var stays = transitions
            .Where(t => t.From == t.To)
            .GroupBy(t => t.From)
            .OrderBy(g => g.Key)
            .Select(g => $"| {Name(g.Key)} | {string.Join(", ", g.Select(t => t.Event).Order(StringComparer.Ordinal))} |");
        return string.Join(
            '\n',
            (string[])
                [
                    "```mermaid",
                    "stateDiagram-v2",
                    "    [*] --> draft: QuestionDrafted",
                    .. moves,
                    .. Dropped(),
                    "```",
                    "",
                    "| status | events that leave it as it is |",
                    "|---|---|",
                    .. stays,
                ]
        );
    }

    private static IEnumerable<string> Dropped() =>
        from status in Enum.GetValues<QuestionStatus>()
        where !QuestionDecisions.Drop(Draft with { Status = status }, [], Before).IsRefused
        select $"    {Name(status)} --> [*]: {nameof(DraftDropped)}";

    private static SortedSet<(QuestionStatus From, QuestionStatus To, string Event)> Transitions()
    {
        var transitions = new SortedSet<(QuestionStatus, QuestionStatus, string)>();
        var seen = new HashSet<object> { Key(Draft) };
        var reached = new Queue<Question>([Draft]);
        while (reached.TryDequeue(out var question))
        {
            foreach (var decision in Commands(question))
            {
                var next = question;
                foreach (var e in decision.Events)
                {
                    var before = next.Status;
                    next = next.After(e);
                    transitions.Add((before, next.Status, e.GetType().Name));
                }

                if (seen.Add(Key(next)))
                    reached.Enqueue(next);
            }
        }

        return transitions;
    }

    /// <summary>Every command that can be given, by either of two people, before and after the close.</summary>
    private static IEnumerable<Decision> Commands(Question q)
    {
        foreach (var now in new[] { Before, After })
        {
            yield return QuestionDecisions.Open(q, now);
            yield return QuestionDecisions.Close(q, now);
            yield return QuestionDecisions.CloseAtItsTime(q, now);
            yield return QuestionDecisions.Reschedule(q, Close.AddHours(1), "Moved.", now);
            yield return QuestionDecisions.Edit(q, q.ToDraft() with { Title = $"{q.Title}?" }, []);
            yield return QuestionDecisions.Clarify(q, "By local time.", now);
            yield return QuestionDecisions.LogEvidence(new EvidenceLogged(Opening, "It rose.", "a gauge", null), now);
            foreach (var kind in Enum.GetValues<ProposalKind>())
            {
                foreach (var outcome in new[] { "yes", "no", OutcomeText.Annulled, OutcomeText.Unresolved })
                {
                    yield return ResolutionDecisions.Propose(q, new ResolutionProposed(kind, outcome, Before, "Because.", ["a gauge"], "ana"), now);
                }
            }
        }

        foreach (var person in new[] { "ana", "ben" })
        {
            yield return ResolutionDecisions.Confirm(q, person);
            yield return ResolutionDecisions.Reject(q, "No.", person);
            yield return ResolutionDecisions.Dispute(q, "No.", person);
        }

        foreach (var condition in Conditions)
            yield return ResolutionDecisions.FollowCondition(q, condition);
    }

    /// <summary>What the decisions can tell two states apart by; texts and counts of what was added are not.</summary>
    private static object Key(Question q) =>
        (
            q.Status,
            q.ClosedAt is not null,
            q.ClosesAt,
            q.Disputed,
            q.Proposal?.Kind,
            q.Proposal?.Outcome,
            (q.Resolution?.Outcome, q.Resolution?.FailedCondition, q.SetAside?.Outcome)
        );

    private static string Name(QuestionStatus status) => status.ToString().ToLowerInvariant();
}
