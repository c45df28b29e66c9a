using System.ComponentModel.DataAnnotations;
using System.Runtime.CompilerServices;
using Api.Authorization;
using Api.Endpoints;
using Domain;
using Domain.Questions;
using Marten;
using Store.GroupCommit;
using Store.Scoring;

namespace Api.Questions;

/// <summary>What is to change about a question. What is left out stays as it is; null removes what a question can be without.</summary>
public sealed class EditQuestion
{
    private readonly HashSet<string> _given = new(StringComparer.Ordinal);

    /// <summary>The question in a sentence; at any time.</summary>
    [StringLength(QuestionDecisions.MaxTitle, MinimumLength = 1)]
    public string Title
    {
        get;
        init => field = Take(value);
    } = "";

    /// <summary>What forecasters should know; at any time. Null empties it.</summary>
    [StringLength(QuestionDecisions.MaxBackground)]
    public string? Background
    {
        get;
        init => field = Take(value);
    }

    /// <summary>By what the outcome will be decided.</summary>
    [StringLength(QuestionDecisions.MaxCriteria, MinimumLength = 1)]
    public string ResolutionCriteria
    {
        get;
        init => field = Take(value);
    } = "";

    /// <summary>What kind of outcome the question has. With another type, options and range are given anew.</summary>
    public QuestionType Type
    {
        get;
        init => field = Take(value);
    }

    /// <summary>The options of a multiple-choice or ordered question, in their order.</summary>
    [MaxLength(QuestionDecisions.MaxOptions)]
    public IReadOnlyList<string>? Options
    {
        get;
        init => field = Take(value);
    }

    /// <summary>The range of a question of numbers or dates.</summary>
    public RangeBody? Range
    {
        get;
        init => field = Take(value);
    }

    /// <summary>The unit of a number, as text. Null removes it.</summary>
    [StringLength(QuestionDecisions.MaxUnit)]
    public string? Unit
    {
        get;
        init => field = Take(value);
    }

    /// <summary>The instant from which forecasts are taken, this instant included.</summary>
    public DateTimeOffset OpensAt
    {
        get;
        init => field = Take(value);
    }

    /// <summary>The instant from which no forecast is taken any more; after the opening.</summary>
    public DateTimeOffset ClosesAt
    {
        get;
        init => field = Take(value);
    }

    /// <summary>The instant by which the outcome is expected; not before the close.</summary>
    public DateTimeOffset ResolvesBy
    {
        get;
        init => field = Take(value);
    }

    /// <summary>The instant at which spot scores are taken: after the opening and not after `resolvesBy`. Null removes it.</summary>
    public DateTimeOffset? SpotAt
    {
        get;
        init => field = Take(value);
    }

    /// <summary>The tags by which questions are found and boards are narrowed; at any time. Null removes all.</summary>
    [MaxLength(QuestionDecisions.MaxTags)]
    public IReadOnlyList<string>? Tags
    {
        get;
        init => field = Take(value);
    }

    /// <summary>The document that the question was taken from. Null removes it.</summary>
    public QuestionSource? Source
    {
        get;
        init => field = Take(value);
    }

    /// <summary>The outcome of another question on which this one depends. Null removes it.</summary>
    public QuestionCondition? Condition
    {
        get;
        init => field = Take(value);
    }

    /// <summary>The name of a group of questions that hang together; at any time. Null takes the question out of its group.</summary>
    [StringLength(QuestionDecisions.MaxGroup, MinimumLength = 1)]
    public string? Group
    {
        get;
        init => field = Take(value);
    }

    /// <summary>The outcome if nothing changes, which the reference `status-quo` states. Null removes it.</summary>
    public string? StatusQuo
    {
        get;
        init => field = Take(value);
    }

    /// <summary>The whole question as it is to be, as a draft would say it; null where the fields cannot be read together.</summary>
    internal QuestionDrafted? Onto(Question question, out Decision? refused)
    {
        refused = null;
        var stands = question.ToDraft();
        var type = Given(Type, stands.Type, nameof(Type));
        var range = Range?.ToRange(type);
        if (Range is not null && range is null)
            refused = Decision.Invalid("range", RangeBody.Expected);
        else if (type.IsYesOrNo() && Options is { Count: > 0 })
            refused = Decision.Invalid("options", "A binary question has the options yes and no, and names none itself.");
        if (refused is not null)
            return null;
        // Options of one kind are none of another, and the ends of a range of numbers are no dates.
        var sameOptions = type.HasOptions() && stands.Type.HasOptions() && !type.IsYesOrNo() && !stands.Type.IsYesOrNo();
        return stands with
        {
            Title = Given(Title, stands.Title, nameof(Title)),
            Background = Given(Background ?? "", stands.Background, nameof(Background)),
            ResolutionCriteria = Given(ResolutionCriteria, stands.ResolutionCriteria, nameof(ResolutionCriteria)),
            Type = type,
            Options = type.IsYesOrNo() ? ["yes", "no"] : Given(Options ?? [], type == stands.Type || sameOptions ? stands.Options : [], nameof(Options)),
            Range = Given(range, type.Form() == stands.Type.Form() ? stands.Range : null, nameof(Range)),
            Unit = Given(Unit is "" ? null : Unit, stands.Unit, nameof(Unit)),
            OpensAt = Given(OpensAt, stands.OpensAt, nameof(OpensAt)),
            ClosesAt = Given(ClosesAt, stands.ClosesAt, nameof(ClosesAt)),
            ResolvesBy = Given(ResolvesBy, stands.ResolvesBy, nameof(ResolvesBy)),
            SpotAt = Given(SpotAt, stands.SpotAt, nameof(SpotAt)),
            Tags = Given(Tags ?? [], stands.Tags, nameof(Tags)),
            Source = Given(Source, stands.Source, nameof(Source)),
            Condition = Given(Condition, stands.Condition, nameof(Condition)),
            Group = Given(Group, stands.Group, nameof(Group)),
            StatusQuo = Given(StatusQuo is "" ? null : StatusQuo, stands.StatusQuo, nameof(StatusQuo)),
        };
    }

    private T Given<T>(T value, T stands, string field) => _given.Contains(field) ? value : stands;

    // The reader of the body sets what the body names, null too, and nothing else.
    private T Take<T>(T value, [CallerMemberName] string field = "")
    {
        _given.Add(field);
        return value;
    }
}

/// <summary>Edits a question.</summary>
public static class Editing
{
    /// <summary>Maps <c>PATCH /questions/{slug}</c>.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPatch("/questions/{slug}", EditAsync).RequireAuthorization(Policies.WriteQuestions).Knows().Produces<QuestionAnswer>();

    /// <summary>Edit a question</summary>
    /// <remarks>
    /// Title, background, tags and group can be edited at any time, everything else but the slug only while the question is a draft (409 after). What the
    /// question says already changes nothing. Each edit is kept with what stood before it, and no score is made anew for it.
    /// </remarks>
    /// <param name="command" example='{"title":"Will it rain before noon?","tags":["weather","morning"]}'>What is to change.</param>
    public static Task<IResult> EditAsync(string slug, EditQuestion command, HttpContext http, IDocumentSession session) =>
        session.ChangeAsync(http, slug, (question, _) => DecideAsync(question, command, session, http.RequestAborted));

    private static async Task<Decision> DecideAsync(Question question, EditQuestion command, IDocumentSession session, CancellationToken token)
    {
        if (command.Onto(question, out var unread) is not { } wanted)
            return QuestionDecisions.Settled(question, unread!.Refusals.Select(r => r.Field!)) ?? unread;
        var isDraft = question.Status == QuestionStatus.Draft;
        if (isDraft)
        {
            await session.BeginTransactionAsync(token);
            if (wanted.Condition is not null && wanted.Condition != question.Condition)
                await session.LockConditionsAsync(token);
            await session.LockQuestionForChangeAsync(question.Slug, token);
        }

        var decision = QuestionDecisions.Edit(question, wanted, isDraft ? await session.DependantsAsync(question.Slug, token) : []);
        if (decision.IsRefused)
            return decision;
        if (wanted.Condition is { } condition && condition != question.Condition)
        {
            if (await Conditions.HoldAsync(session, condition, token) is { } unmet)
                return unmet;
            if (await Conditions.LeadsBackAsync(session, question.Slug, condition, token) is { } circle)
                return circle;
        }

        if (!isDraft && decision.Events is [QuestionEdited { After.Tags: not null }])
            await ScoringOrder.HoldSoonAsync(session, token);
        return decision;
    }
}
