using CsCheck;
using Domain;
using Domain.Forecasts;
using Domain.People;
using Domain.Questions;
using Domain.Resolutions;
using Domain.Resolving;
using Samples;

namespace Lifecycle.Tests;

/// <summary>Holds the decisions against a model of the lifecycle, command by command, on a question and on one that depends on it.</summary>
public sealed class LifecycleModelTests
{
    private static readonly DateTimeOffset Opening = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly Gen<(bool OnDependant, LifecycleCommand Command)[]> Sequences = Gen.Select(Gen.Bool, RandomCommands.Any(withTime: true)).Array[
        1,
        60
    ];

    [Fact]
    public void Events_state_and_refusals_agree_with_the_model_over_random_lives() => Sequences.Sample(Agree, iter: 8_000);

    [Fact]
    public void Random_lives_reach_every_event_and_every_refusal()
    {
        var (events, answers) = (new HashSet<string>(), new HashSet<string>());
        Sequences.Sample(
            sequence =>
            {
                var (model, dependant) = Live(
                    sequence,
                    (command, answer) =>
                    {
                        lock (answers)
                            answers.Add($"{command.GetType().Name} {answer}");
                    }
                );
                lock (events)
                {
                    events.UnionWith(model.Events);
                    events.UnionWith(dependant.Events);
                }
            },
            iter: 4_000
        );

        Assert.Equal(17, events.Count);
        Assert.Superset(
            new HashSet<string>
            {
                "Open done",
                "Open conflict",
                "Close done",
                "Close conflict",
                "Reschedule done",
                "Reschedule invalid",
                "Reschedule conflict",
                "Edit done",
                "Edit invalid",
                "Edit conflict",
                "Clarify done",
                "Clarify invalid",
                "Clarify conflict",
                "LogEvidence done",
                "LogEvidence invalid",
                "Propose done",
                "Propose invalid",
                "Propose conflict",
                "Confirm done",
                "Confirm forbidden",
                "Confirm conflict",
                "Reject done",
                "Reject forbidden",
                "Reject invalid",
                "Reject conflict",
                "Dispute done",
                "Dispute invalid",
                "Dispute conflict",
                "Forecast done",
                "Forecast invalid",
                "Forecast conflict",
                "Withdraw done",
                "Withdraw conflict",
            },
            answers
        );
    }

    private static void Agree((bool, LifecycleCommand)[] sequence)
    {
        Decided[] actual = [new("q", null), new("d", new QuestionCondition("q", "yes"))];
        var now = -1;
        Live(
            sequence,
            (command, expected, onDependant, model) =>
            {
                var at = actual[onDependant ? 1 : 0];
                Assert.Equal($"{command}: {expected}", $"{command}: {at.Answer(command, Opening.AddHours(now))}");
                if (command is LifecycleCommand.Wait w)
                    now += w.Hours;
                foreach (var decided in actual)
                    decided.Apply(QuestionDecisions.CloseAtItsTime(decided.Question, Opening.AddHours(now)));
                actual[1].Apply(ResolutionDecisions.FollowCondition(actual[1].Question, actual[0].Question));
                actual[0].AssertAgrees(model.Condition);
                actual[1].AssertAgrees(model.Dependant);
            }
        );
    }

    private static (LifecycleModel Condition, LifecycleModel Dependant) Live((bool, LifecycleCommand)[] sequence, Action<LifecycleCommand, string> see) =>
        Live(sequence, (command, answer, _, _) => see(command, answer));

    /// <summary>Leads two models through the commands, and shows what each was answered.</summary>
    private static (LifecycleModel Condition, LifecycleModel Dependant) Live(
        (bool OnDependant, LifecycleCommand Command)[] sequence,
        Action<LifecycleCommand, string, bool, (LifecycleModel Condition, LifecycleModel Dependant)> see
    )
    {
        var both = (Condition: new LifecycleModel(), Dependant: new LifecycleModel());
        var now = -1;
        foreach (var (onDependant, command) in sequence)
        {
            var answer = (onDependant ? both.Dependant : both.Condition).Answer(command, now);
            if (command is LifecycleCommand.Wait w)
                now += w.Hours;
            both.Condition.LetTimeAct(now);
            both.Dependant.LetTimeAct(now);
            both.Dependant.Follow(both.Condition);
            see(command, answer, onDependant, both);
        }

        return both;
    }

    /// <summary>A question and its forecasts as the decisions make them.</summary>
    private sealed class Decided
    {
        private readonly Dictionary<string, Forecast> _forecasts = [];
        private readonly List<string> _events = ["QuestionDrafted"];

        public Decided(string slug, QuestionCondition? condition)
        {
            var draft = QuestionDecisions.Draft(
                Drafts.Binary(slug, Opening) with
                {
                    Condition = condition,
                    ClosesAt = Opening.AddHours(10),
                    ResolvesBy = Opening.AddHours(30),
                }
            );
            Question = Question.Drafted($"question/{slug}", (QuestionDrafted)draft.Events.Single());
        }

        public Question Question { get; private set; }

        public string Answer(LifecycleCommand command, DateTimeOffset now) =>
            command switch
            {
                LifecycleCommand.Open => Apply(QuestionDecisions.Open(Question, now)),
                LifecycleCommand.Close => Apply(QuestionDecisions.Close(Question, now)),
                LifecycleCommand.Reschedule r => Apply(QuestionDecisions.Reschedule(Question, Opening.AddHours(r.ClosesAt), "", now)),
                LifecycleCommand.Edit e => Apply(
                    QuestionDecisions.Edit(
                        Question,
                        e.Criteria ? Question.ToDraft() with { ResolutionCriteria = e.Text } : Question.ToDraft() with { Title = e.Text },
                        []
                    )
                ),
                LifecycleCommand.Clarify c => Apply(QuestionDecisions.Clarify(Question, c.Text, now)),
                LifecycleCommand.LogEvidence e => Apply(
                    QuestionDecisions.LogEvidence(new EvidenceLogged(now.AddHours(e.Ahead ? 1 : -1), e.Title, "a gauge", null), now)
                ),
                LifecycleCommand.Propose p => Apply(ResolutionDecisions.Propose(Question, Proposal(p, now), now)),
                LifecycleCommand.Confirm c => Apply(ResolutionDecisions.Confirm(Question, c.By)),
                LifecycleCommand.Reject r => Apply(ResolutionDecisions.Reject(Question, r.Reason, r.By)),
                LifecycleCommand.Dispute d => Apply(ResolutionDecisions.Dispute(Question, d.Reason, d.By)),
                LifecycleCommand.Forecast f => Apply(
                    f.By,
                    ForecastDecisions.State(
                        Question,
                        _forecasts.GetValueOrDefault(f.By),
                        new ForecastCommand(new(f.By), ForecasterKind.Person, new Statement(Probability: f.Probability), null, [], null),
                        now
                    )
                ),
                LifecycleCommand.Withdraw w => Apply(w.By, ForecastDecisions.Withdraw(Question, _forecasts.GetValueOrDefault(w.By), now)),
                _ => "done",
            };

        public string Apply(Decision decision)
        {
            foreach (var e in decision.Events)
            {
                Question = Question.After(e);
                _events.Add(e.GetType().Name);
            }

            return Word(decision);
        }

        public void AssertAgrees(LifecycleModel model)
        {
            Assert.Equal(string.Join(' ', model.Events), string.Join(' ', _events));
            Assert.Equal(model.Status, Question.Status.ToString().ToLowerInvariant());
            Assert.Equal(
                (model.Outcome, model.Disputed, model.VoidForItsCondition),
                (Question.Resolution?.Outcome, Question.Disputed, Question.Resolution?.FailedCondition is not null)
            );
            Assert.Equal((model.Waiting?.Outcome, model.Waiting?.By), (Question.Proposal?.Outcome, Question.Proposal?.ProposedBy));
            Assert.Equal(
                (Opening.AddHours(model.ClosesAt), model.Clarifications, model.Evidence),
                (Question.ClosesAt, Question.Clarifications.Count, Question.Evidence.Count)
            );
            Assert.Equal((model.Title, model.Criteria), (Question.Title, Question.ResolutionCriteria));
            Assert.Equal(model.Standing.Order(), _forecasts.Values.Where(f => f.Standing is not null).Select(f => f.Analyst.Value).Order());
            if (Question.Resolution is { FailedCondition: null } r)
                Assert.NotEqual(r.ProposedBy, r.ConfirmedBy);
        }

        private string Apply(string by, Decision decision)
        {
            foreach (var e in decision.Events)
            {
                _forecasts[by] = Forecast.After(_forecasts.GetValueOrDefault(by), by, e)!;
                _events.Add(e.GetType().Name);
            }

            return Word(decision);
        }

        private static string Word(Decision decision) => decision.IsRefused ? decision.Refusals[0].Kind.ToString().ToLowerInvariant() : "done";

        private static ResolutionProposed Proposal(LifecycleCommand.Propose p, DateTimeOffset now)
        {
            var (kind, outcome) = p.Call switch
            {
                "resolve" => (ProposalKind.Resolution, p.Outcome),
                "correct" => (ProposalKind.Correction, p.Outcome),
                "annul" => (ProposalKind.Annulment, OutcomeText.Annulled),
                _ => (ProposalKind.TakingBack, OutcomeText.Unresolved),
            };
            return new ResolutionProposed(kind, outcome, now.AddHours(-p.KnownAgo), p.Reason, p.WithEvidence ? ["a gauge"] : [], p.By);
        }
    }
}
