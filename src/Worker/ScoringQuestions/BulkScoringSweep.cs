using Domain.Questions;
using Domain.Resolutions;
using Domain.Scoring;
using Domain.Scoring.Generations;
using Npgsql;
using Store.Appending;
using Store.Operations;
using Store.Scoring;

namespace Worker.ScoringQuestions;

/// <summary>
/// Passes once over the scorings, in the order in which outcomes became known. Each question sees the others as they stood at that point of this order. If an
/// outcome changes on which earlier questions rest, these are scored again before the sweep continues, as they would have been if the outcomes had arrived
/// live. At the end, every question rests on everything.
/// </summary>
/// <remarks>
/// One part is written while the next is scored. If another process appends a generation in between, the sweep gives up, and the rest is read and scored again.
/// </remarks>
internal sealed class BulkScoringSweep(PendingScorings pending, NpgsqlDataSource database, TimeProvider clock, ILogger logger) : IAsyncDisposable
{
    private const int AtATime = 400;

    /// <summary>The most corrections at different instants. Beyond it, the affected questions are scored again only at the end.</summary>
    private const int MostInBetween = 1_000;

    private readonly RuleSet _rules = RuleSet.Current;
    private readonly TableStatistics _statistics = new(database, first: 5 * AtATime);
    private readonly Dictionary<string, int> _failed = new(StringComparer.Ordinal);

    // The last generations of questions with more scorings to come. They may not be written yet.
    private readonly Dictionary<string, QuestionScored> _latest = new(StringComparer.Ordinal);
    private TrackRecords _records = null!;
    private DateTimeOffset _lastEnd;
    private bool _sorted;
    private ScoringTurn? _hold;
    private long _last;
    private bool _concernsOthers;
    private bool _correctsOthers;
    private bool _movesRules;
    private Task _writing = Task.CompletedTask;

    /// <summary>Called for each question before it leaves the list of waiting questions.</summary>
    public required Func<string, Task> Leaving { get; init; }

    /// <summary>Called after each part; returns whether to continue.</summary>
    public required Func<Task<bool>> Goes { get; init; }

    /// <summary>The questions that could not be scored, with the numbers of their requests.</summary>
    public IReadOnlyDictionary<string, int> Failed => _failed;

    /// <summary>Scores the tasks, and the questions that rest on anything that has changed.</summary>
    /// <param name="tasks">The scorings, in the order in which outcomes became known.</param>
    /// <param name="hold">Whether to make other scorings wait. If so, only the first part is done.</param>
    /// <param name="token">Ends it.</param>
    public async Task RunAsync(IReadOnlyList<ScoringTask> tasks, bool hold, CancellationToken token)
    {
        if (hold)
            _hold = await ScoringTurn.WaitAsync(database, token);
        _sorted = await pending.SortsByBytesAsync(token);
        (_records, _last, _lastEnd) = await pending.RecordsAsync(token);
        // Earlier changes are followed first. After that, only the changes of this sweep remain.
        if (!await FollowAsync(tasks, token))
            return;

        var inBetween =
            tasks.Where(t => t is { IsNew: true, Trigger: not GenerationTrigger.Resolution }).Select(t => t.Claim.At).Distinct().Count() <= MostInBetween;
        for (var next = 0; next < tasks.Count; )
        {
            var part = tasks.Skip(next).Take(AtATime).ToList();
            var done = await ScoreAsync(part, stops: inBetween, more: tasks.Skip(next + part.Count), token);
            next += done;
            if (await EndsAsync())
                return;
            if (_correctsOthers && inBetween && !await FollowAsync(tasks.Skip(next), token))
                return;
            if (next < tasks.Count && !await Goes())
                return;
        }

        await _writing;
        await FollowAsync([], token);
        await _writing;
    }

    public async ValueTask DisposeAsync()
    {
        await _writing.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        if (_hold is not null)
            await _hold.DisposeAsync();
    }

    /// <summary>Whether the sweep ends after the scored part, because others were waiting for it.</summary>
    private async Task<bool> EndsAsync()
    {
        if (_hold is null)
            return false;
        await _writing;
        return true;
    }

    /// <summary>Scores the questions again that rest on generations that have not been followed; false if the sweep must end.</summary>
    private async Task<bool> FollowAsync(IEnumerable<ScoringTask> tasks, CancellationToken token)
    {
        await _writing;
        var (dependents, followed, last) = await pending.DependentsAsync(token);
        if (last != _last)
            throw new ScoresMovedException();
        var left = dependents.Count == 0 ? [] : tasks.Where(t => t.IsNew).Select(t => t.Question).ToHashSet(StringComparer.Ordinal);
        // A question that gets its first generation in the sweep has no generation that could be wrong. A question that has one is scored again now, even if
        // more follows.
        var again = await pending.TasksAsync([.. dependents.Where(d => !_failed.ContainsKey(d.Question))], token);
        (_concernsOthers, _correctsOthers) = (false, false);
        if (again.Count == 0)
        {
            if (followed < last)
                await pending.NoteFollowedAsync(last, token);
            return true;
        }

        // No peer score rests on other questions, so these scorings change nothing for others.
        _concernsOthers = true;
        for (var next = 0; next < again.Count; next += AtATime)
        {
            await ScoreAsync([.. again.Skip(next).Take(AtATime)], stops: false, more: left.Count == 0 ? [] : tasks, token);
            if (await EndsAsync() || !await Goes())
                return false;
        }

        await _writing;
        if (_movesRules)
        {
            // Questions that were scored by earlier rules may have other peer scores now, on which others rest in turn. Those are scored by the current rules,
            // so this ends.
            _movesRules = false;
            await pending.NoteFollowedAsync(last, token);
            return await FollowAsync(tasks, token);
        }

        await pending.NoteFollowedAsync(_last, token);
        (_concernsOthers, _correctsOthers) = (false, false);
        return true;
    }

    /// <summary>Scores a part and writes it.</summary>
    /// <param name="part">The tasks.</param>
    /// <param name="stops">Whether to stop at the next instant after a change on which earlier questions rest.</param>
    /// <param name="more">The scorings that follow.</param>
    /// <param name="token">Ends it.</param>
    /// <returns>The number of finished tasks.</returns>
    private async Task<int> ScoreAsync(List<ScoringTask> part, bool stops, IEnumerable<ScoringTask> more, CancellationToken token)
    {
        var read = await pending.ReadAsync([.. part.Select(t => t.Question).Distinct(StringComparer.Ordinal)], _sorted, token);
        var (scored, ended, again) = (new List<(QuestionScored, string?)>(part.Count), new List<PendingScoring>(part.Count), new List<string>());
        var done = 0;
        for (; done < part.Count; done++)
        {
            var task = part[done];
            if (stops && _correctsOthers && done > 0 && task.Claim.At > part[done - 1].Claim.At)
                break;
            if (_failed.ContainsKey(task.Question))
                continue;
            if (!read.TryGetValue(task.Question, out var question))
            {
                if (task.Ends is { } gone)
                    ended.Add(gone);
                continue;
            }

            try
            {
                if (Score(task, question) is { } generation)
                    scored.Add((generation, task.Import));
                if (task.Ends is { } waits)
                    ended.Add(waits);
            }
            catch (Exception e) when (e is InvalidOperationException or ArgumentException or ArithmeticException)
            {
                // A failed question must not delay others, and an outcome that no longer stands must not delay the one that does.
                logger.LogError(e, "{Question} cannot be scored against '{Outcome}'", task.Question, task.Claim.Outcome);
                if (task is { IsNew: true, Ends: null })
                    continue;
                _failed[task.Question] = task.Ends?.Asked ?? 0;
                if (task.Trigger == GenerationTrigger.OtherQuestions)
                    again.Add(task.Question);
            }
        }

        await _writing;
        _writing = WriteAsync(scored, ended, again, token);
        var later = part.Skip(done).Concat(more).Select(t => t.Question).ToHashSet(StringComparer.Ordinal);
        foreach (var question in _latest.Keys.Where(q => !later.Contains(q)).ToList())
            _latest.Remove(question);
        return done;
    }

    private async Task WriteAsync(
        List<(QuestionScored Generation, string? Import)> scored,
        List<PendingScoring> ended,
        List<string> again,
        CancellationToken token
    )
    {
        var followed = !_concernsOthers;
        await Task.Yield();
        foreach (var question in ended)
            await Leaving(question.Question);
        var hold = _hold;
        _last = await pending.WriteAsync(scored, ended, again, _last, followed, hold, clock.GetUtcNow().ToMicroseconds(), token);
        Instrumentation.Generations.Add(scored.Count);
        await _statistics.GrewAsync(scored.Count, token);
    }

    /// <summary>The next generation of a question; null if it would equal the latest one.</summary>
    private QuestionScored? Score(ScoringTask task, QuestionToScore q)
    {
        var (question, claim) = (q.Question, task.Claim);
        var latest = _latest.GetValueOrDefault(question.Slug) ?? q.Latest;
        // Another process has scored it since the tasks were listed. A process that comes between now and the write makes the sweep give up.
        if (task.IsNew && latest is not null && claim.Event <= latest.TriggerEvent)
            return null;
        if (latest is not null)
            _records.Remove(latest, question.Options, question.Tags);
        QuestionScored generation;
        try
        {
            IReadOnlyList<ScoreRow> rows = claim.Settles
                ? QuestionScoring.Score(_rules, _records.InputOf(ScoringInputs.ToScored(question, claim.Outcome, claim.KnownAt), question.Tags, q.Forecasts))
                : [];
            generation = new QuestionScored(
                question.Slug,
                (latest?.Generation ?? 0) + 1,
                _rules.Version,
                task.Trigger,
                claim.Event,
                q.LastEvent,
                claim.Outcome,
                claim.KnownAt,
                rows,
                OutcomesAsOf: task.OutcomesAsOf
            );
        }
        catch
        {
            if (latest is not null)
                _records.Add(latest, question.Options, question.Tags);
            throw;
        }

        var made = task.IsNew || latest is null || !Generations.SayTheSame(latest, generation);
        var stands = made ? generation : latest!;
        _records.Add(stands, question.Options, question.Tags);
        _latest[question.Slug] = stands;
        if (made && latest is not null && latest.RuleSet != generation.RuleSet)
            _movesRules = true;
        if (made)
            Concern(question, latest, generation);
        return made ? generation : null;
    }

    /// <summary>Notes whether a change may affect a scored question: one whose window ends after the earlier instant at which the outcome was known.</summary>
    private void Concern(Question question, QuestionScored? before, QuestionScored after)
    {
        var settledBefore = before is not null && !OutcomeText.IsReserved(before.Outcome);
        var settled = !OutcomeText.IsReserved(after.Outcome);
        if (settledBefore && before!.KnownAt < _lastEnd)
            _concernsOthers = _correctsOthers = true;
        if (!settled)
            return;
        if (after.KnownAt < _lastEnd)
            _concernsOthers = true;
        var end = after.KnownAt < question.ClosesAt ? after.KnownAt : question.ClosesAt;
        if (end > _lastEnd)
            _lastEnd = end;
    }
}
