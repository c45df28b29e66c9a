using CsCheck;
using Domain.Questions;
using Domain.Resolutions;
using Samples;

namespace Domain.Tests.Questions;

/// <summary>What an edit of a question says, and when it is refused.</summary>
public sealed class EditDecisionTests
{
    private static readonly DateTimeOffset Opening = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly (QuestionType Type, IReadOnlyList<string> Options, QuestionRange? Range)[] EveryKind =
    [
        (QuestionType.Binary, ["yes", "no"], null),
        (QuestionType.MultipleChoice, ["x", "y", "z"], null),
        (QuestionType.Ordered, ["z", "y", "x"], null),
        (QuestionType.Numeric, [], new QuestionRange(0, 10, false, true)),
        (QuestionType.Date, [], new QuestionRange(0, 20_000, true, false)),
    ];

    private static readonly Gen<string?> Word = Gen.Int[0, 2].Select(i => i == 0 ? null : $"{(char)('a' + i)}");

    private static readonly Gen<(QuestionType Type, IReadOnlyList<string> Options, QuestionRange? Range)> Kinds = Gen.Int[0, EveryKind.Length - 1]
        .Select(i => EveryKind[i]);

    /// <summary>Drafts of which two differ in a few fields or in all.</summary>
    private static readonly Gen<QuestionDrafted> AnyDraft = Gen.Select(
        Kinds,
        Gen.Select(Word, Word, Word, Word),
        Gen.Int[0, 2],
        Gen.Select(Gen.Bool, Gen.Bool, Gen.Bool),
        (kind, words, days, some) =>
            Drafts.Binary("q", Opening.AddHours(days)) with
            {
                Title = words.Item1 ?? "Will it?",
                Background = words.Item2 ?? "",
                Type = kind.Type,
                Options = kind.Options,
                Range = kind.Range,
                Unit = words.Item3,
                Group = words.Item4,
                ClosesAt = Opening.AddDays(10 + days),
                SpotAt = some.Item1 ? Opening.AddDays(5) : null,
                Tags = days == 0 ? [] : ["t", $"t{days}"],
                Source = some.Item2 ? new QuestionSource("brief", words.Item3 ?? "") : null,
                Condition = some.Item3 ? new QuestionCondition("cause", "yes") : null,
                StatusQuo = some.Item1 && kind.Options.Count > 0 ? kind.Options[0] : null,
            }
    );

    private static Question Standing(QuestionDrafted draft) => Question.Drafted("question/q", draft);

    [Fact]
    public void An_edit_leads_from_any_draft_to_any_other_and_back_and_says_no_more_than_what_differs() =>
        Gen.Select(AnyDraft, AnyDraft)
            .Sample(
                (was, wanted) =>
                {
                    var question = Standing(was);
                    var decision = QuestionDecisions.Edit(question, wanted, []);
                    Assert.Empty(decision.Refusals);
                    if (decision.Events is not [QuestionEdited edit])
                    {
                        Assert.Equivalent(wanted, was, strict: true);
                        return;
                    }

                    var edited = question.After(edit);
                    Assert.Equivalent(wanted, edited.ToDraft(), strict: true);
                    Assert.Equivalent(was, edited.After(new QuestionEdited(edit.After, edit.Before)).ToDraft(), strict: true);
                    Assert.Empty(QuestionDecisions.Edit(edited, wanted, []).Events);
                    Assert.Equal(was.Title != wanted.Title, edit.After.Title is not null);
                    Assert.Equal(was.Group != wanted.Group, edit.Before.Group is not null || edit.After.Group is not null);
                },
                iter: 3_000
            );

    [Fact]
    public void What_was_opened_is_edited_in_four_fields_alone_whatever_its_status() =>
        Gen.Select(AnyDraft, AnyDraft, Gen.Int[1, 5])
            .Sample(
                (was, wanted, status) =>
                {
                    var question = Standing(was) with { Status = (QuestionStatus)status };
                    var decision = QuestionDecisions.Edit(question, wanted, []);
                    var edit = new QuestionEdited(QuestionFields.Of(was, wanted), QuestionFields.Of(wanted, was));
                    var settled = edit.Before.Names().Union(edit.After.Names()).Except(["title", "background", "tags", "group"]).ToList();
                    Assert.Equal(settled.Count > 0, decision.IsRefused);
                    Assert.All(settled, field => Assert.Contains($"'{field}'", decision.Refusals[0].Detail, StringComparison.Ordinal));
                    Assert.All(decision.Refusals, r => Assert.Equal(RefusalKind.Conflict, r.Kind));
                },
                iter: 3_000
            );

    [Fact]
    public void A_draft_is_held_to_the_rules_by_which_it_was_drafted_and_old_faults_stand_in_nobodys_way()
    {
        var draft = Drafts.Binary("q", Opening);
        var refused = QuestionDecisions.Edit(Standing(draft), draft with { OpensAt = draft.ClosesAt, Title = "" }, []);
        Assert.Equal(["title", "closesAt"], refused.Refusals.Select(r => r.Field));

        var old = draft with { SpotAt = draft.OpensAt };
        Assert.Single(QuestionDecisions.Edit(Standing(old), old with { Title = "Is it?" }, []).Events);
        Assert.Equal(["spotAt"], QuestionDecisions.Edit(Standing(old), old with { SpotAt = draft.OpensAt.AddDays(-1) }, []).Refusals.Select(r => r.Field));
    }

    [Fact]
    public void An_outcome_on_which_another_question_depends_stays_one_and_its_draft_stays()
    {
        var draft = Drafts.Binary("q", Opening) with { Type = QuestionType.MultipleChoice, Options = ["x", "y"] };
        var dependant = Standing(Drafts.Binary("d", Opening) with { Condition = new QuestionCondition("q", "y") });
        Assert.Contains("'d'", QuestionDecisions.Edit(Standing(draft), draft with { Options = ["x", "z"] }, [dependant]).Refusals[0].Detail);
        Assert.Single(QuestionDecisions.Edit(Standing(draft), draft with { Options = ["y", "z"] }, [dependant]).Events);
        Assert.Contains("'d'", QuestionDecisions.Drop(Standing(draft), [dependant], Opening).Refusals[0].Detail);
        Assert.Single(QuestionDecisions.Drop(Standing(draft), [], Opening).Events);
    }

    [Theory]
    [InlineData(2, "Title", "yes,no", QuestionStatus.Draft)]
    [InlineData(4, "Title", "yes,no", QuestionStatus.Open)]
    [InlineData(6, "Other", "yes,no", QuestionStatus.Open)]
    public void Words_are_those_of_their_day_and_what_was_opened_is_what_it_was_opened_as(double day, string title, string options, QuestionStatus status)
    {
        var draft = Drafts.Binary("q", Opening.AddDays(3)) with { Title = "Title", Type = QuestionType.MultipleChoice, Options = ["x", "y"] };
        var binary = draft with { Type = QuestionType.Binary, Options = ["yes", "no"], Title = "Other" };
        (object, DateTimeOffset)[] events =
        [
            (draft, Opening.AddDays(4.5)),
            (new QuestionEdited(QuestionFields.Of(draft, binary), QuestionFields.Of(binary, draft)), Opening.AddDays(5)),
            (new QuestionOpened(Opening.AddDays(5.5)), Opening.AddDays(5.5)),
        ];
        var then = QuestionHistory.At("question/q", events, new PointInTime(Opening.AddDays(day)))!;
        Assert.Equal((title, options, status), (then.Title, string.Join(',', then.Options), then.Status));
        Assert.Equal("x,y", string.Join(',', QuestionHistory.At("question/q", events, new PointInTime(null, Opening.AddDays(4.7)))!.Options));
    }

    [Fact]
    public void A_dropped_draft_is_there_as_of_the_instants_before()
    {
        (object, DateTimeOffset)[] events = [(Drafts.Binary("q", Opening), Opening), (new DraftDropped(Opening.AddDays(2)), Opening.AddDays(2))];
        Assert.NotNull(QuestionHistory.At("question/q", events, new PointInTime(Opening.AddDays(1))));
        Assert.NotNull(QuestionHistory.At("question/q", events, new PointInTime(KnownAt: Opening.AddDays(1))));
        Assert.Null(QuestionHistory.At("question/q", events, new PointInTime(Opening.AddDays(2))));
        Assert.Null(QuestionHistory.At("question/q", events, PointInTime.Present));
        Assert.Null(Question.Folded(Standing(Drafts.Binary("q", Opening)), "question/q", events[1].Item1, Guid.Empty, 2));
    }
}
