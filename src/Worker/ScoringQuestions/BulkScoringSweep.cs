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
/// Goes once over what is to be scored, in the order in which outcomes became known: each question sees the others as they stood at that point of the world's
/// log. Where an outcome changed that questions before it rest on, these are scored again before the sweep goes on, as they would have been had the log come in
/// live; at its end every question rests on everything.
/// </summary>
/// <remarks>
/// One part is written while the next is scored. Whoever appends a generation in between makes the sweep give up, and what is left is read and scored anew.
/// </remarks>
internal sealed class BulkScoringSweep(PendingScorings pending, NpgsqlDataSource database, TimeProvider clock, ILogger logger) : IAsyncDisposable
{
    private const int AtATime = 400;

    /// <summary>Beyond so many corrections at different instants, those that they concern are scored again at the end alone.</summary>
    private const int MostInBetween = 1_000;

    private readonly RuleSet _rules = RuleSet.Current;
    private readonly TableStatistics _statistics = new(database, first: 5 * AtATime);
    private readonly Dictionary<string, int> _failed = new(StringComparer.Ordinal);

    // Of questions of which more is to be scored: what was made last, which may not be written yet.
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

    /// <summary>Told of each question before it leaves the list of those that wait.</summary>
    public required Func<string, Task> Leaving { get; init; }

    /// <summary>Asked after each part whether to go on.</summary>
    public required Func<Task<bool>> Goes { get; init; }

    /// <summary>What could not be scored, with how often that had been asked for.</summary>
    public IReadOnlyDictionary<string, int> Failed => _failed;

    /// <summary>Scores the tasks, and what rests on anything that has changed.</summary>
    /// <param name="tasks">What is to be scored, in the order in which outcomes became known.</param>
    /// <param name="hold">Whether to keep other scorings waiting; then only the first part is done.</param>
    /// <param name="token">Ends it.</param>
    public async Task RunAsync(IReadOnlyList<ScoringTask> tasks, bool hold, CancellationToken token)
    {
        if (hold)
            _hold = await ScoringTurn.WaitAsync(database, token);
        _sorted = await pending.SortsByBytesAsync(token);
        (_records, _last, _lastEnd) = await pending.RecordsAsync(token);
        // What changed before is followed first; after it only what this sweep changes is left to follow.
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

    /// <summary>Whether the sweep is to end after the part that was scored, because others were kept waiting for it.</summary>
    private async Task<bool> EndsAsync()
    {
        if (_hold is null)
            return false;
        await _writing;
        return true;
    }

    /// <summary>Scores again what rests on generations that have not been followed; false where the sweep is to end.</summary>
    private async Task<bool> FollowAsync(IEnumerable<ScoringTask> tasks, CancellationToken token)
    {
        await _writing;
        var (dependents, followed, last) = await pending.DependentsAsync(token);
        if (last != _last)
            throw new ScoresMovedException();
        var left = dependents.Count == 0 ? [] : tasks.Where(t => t.IsNew).Select(t => t.Question).ToHashSet(StringComparer.Ordinal);
        // What gets a first generation by the sweep has none that could be wrong; what has one is scored again now, whatever is still to come.
        var again = await pending.TasksAsync([.. dependents.Where(d => !_failed.ContainsKey(d.Question))], token);
        (_concernsOthers, _correctsOthers) = (false, false);
        if (again.Count == 0)
        {
            if (followed < last)
                await pending.NoteFollowedAsync(last, token);
            return true;
        }

        // Nobody's peer score rests on others, so that these change nothing for anybody else.
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
            // What had been scored by earlier rules may have other peer scores now, on which others rest in turn; these are by the rules of today, so that it
            // ends.
            _movesRules = false;
            await pending.NoteFollowedAsync(last, token);
            return await FollowAsync(tasks, token);
        }

        await pending.NoteFollowedAsync(_last, token);
        (_concernsOthers, _correctsOthers) = (false, false);
        return true;
    }

    /// <summary>Scores a part and has it written.</summary>
    /// <param name="part">The tasks.</param>
    /// <param name="stops">Whether to stop at the next instant once something changed on which questions before it rest.</param>
    /// <param name="more">What is to be scored afterwards.</param>
    /// <param name="token">Ends it.</param>
    /// <returns>How many tasks are done.</returns>
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
                // One such must not keep the others waiting, and an outcome that no longer stands not the one that does.
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

    /// <summary>The next generation of a question; null where it would say what the latest one says.</summary>
    private QuestionScored? Score(ScoringTask task, QuestionToScore q)
    {
        var (question, claim) = (q.Question, task.Claim);
        var latest = _latest.GetValueOrDefault(question.Slug) ?? q.Latest;
        // Scored by another since the tasks were listed; whoever comes between now and the writing makes the sweep give up.
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

    /// <summary>
    /// Notes whether what changed may concern a question that has been scored: one whose window ends later than the earlier instant at which it was known.
    /// </summary>
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
