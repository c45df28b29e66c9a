using System.Threading.Channels;
using Marten;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Store.GroupCommit;

/// <summary>How much may wait.</summary>
/// <param name="MostWaiting">The most submissions.</param>
/// <param name="MostWeight">About the most bytes that they may hold on to.</param>
public sealed record GroupCommitLimits(int MostWaiting = 8_192, long MostWeight = 64 << 20);

/// <summary>
/// The queue in which submissions wait to share a commit. Submissions that arrive during one commit form the next. The queue is bounded in number and in
/// weight, and takes no more beyond either bound.
/// </summary>
/// <remarks>
/// One writer takes the single submissions. A commit costs the database several times as much as one more step in it, and two writers would make twice as many
/// commits of half the size. Bulk submissions go to two more writers. One of them decides while the database works for the other, and no single step waits
/// behind hundreds.
/// </remarks>
public sealed class GroupCommitQueue : IHostedService, IAsyncDisposable
{
    /// <summary>The number of writers for bulk submissions, in addition to the one for single steps.</summary>
    private const int BulkWriters = 2;

    private readonly GroupCommitLimits _limits;
    private readonly WriterAffinity _underway = new();
    private readonly Channel<PendingSubmission>[] _waiting;
    private readonly ForecastAppender[] _appenders;
    private readonly ForecastWriter[] _writers;
    private Task[] _running = [];
    private long _weight;
    private int _count;
    private volatile TaskCompletionSource _room = New();

    /// <summary>Creates a queue. It processes nothing before it is started.</summary>
    /// <param name="store">The event store.</param>
    /// <param name="connectionString">The database. Each writer has its own connection.</param>
    /// <param name="questions">The cache of questions.</param>
    /// <param name="limits">How much may wait.</param>
    /// <param name="clock">The clock by which steps are made and recorded.</param>
    /// <param name="logger">Where failures are logged.</param>
    public GroupCommitQueue(
        IDocumentStore store,
        string connectionString,
        QuestionCache questions,
        GroupCommitLimits limits,
        TimeProvider clock,
        ILogger<GroupCommitQueue> logger
    )
    {
        _limits = limits;
        _waiting =
        [
            .. Enumerable
                .Range(0, 1 + BulkWriters)
                .Select(_ => Channel.CreateUnbounded<PendingSubmission>(new UnboundedChannelOptions { SingleReader = true })),
        ];
        _appenders = [.. _waiting.Select(_ => new ForecastAppender(store, connectionString))];
        var forecasts = new ForecastCache();
        _writers =
        [
            .. _waiting.Zip(_appenders, (waiting, appender) => new ForecastWriter(waiting.Reader, questions, forecasts, appender, clock, Release, logger)),
        ];
    }

    /// <summary>
    /// Submits a step, or returns null if the queue is full; then nothing has happened. The outcome is known after the commit that contains the step. If the
    /// caller leaves before the step is taken, the step is withdrawn. Once taken, it is carried out.
    /// </summary>
    /// <param name="submission">The step to record.</param>
    /// <param name="token">Signals that the caller has left.</param>
    /// <param name="inBulk">Bulk submissions get at most half of the queue, so that they never block people who submit single steps.</param>
    public Task<SubmissionOutcome>? TrySubmit(Submission submission, CancellationToken token, bool inBulk = false)
    {
        var (count, weight) = (Interlocked.Increment(ref _count), Interlocked.Add(ref _weight, submission.Weight));
        if (count > (inBulk ? (_limits.MostWaiting + 1) / 2 : _limits.MostWaiting) || weight > (inBulk ? _limits.MostWeight / 2 : _limits.MostWeight))
        {
            Leave(submission.Weight, 1);
            return null;
        }

        var pending = new PendingSubmission(submission, token);
        var writer = _underway.Enter(submission.Stream, inBulk ? BulkWriter(submission.Stream) : 0);
        if (_waiting[writer].Writer.TryWrite(pending))
            return pending.Outcome;
        _underway.Leave([submission.Stream]);
        Leave(submission.Weight, 1);
        return null;
    }

    /// <summary>
    /// Completes when something has left the queue since this property was read. Read it before a submission, and await it if the queue was full.
    /// </summary>
    public Task Room => _room.Task;

    /// <summary>Starts the writers.</summary>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _running = Array.ConvertAll(_writers, w => Task.Run(w.RunAsync, CancellationToken.None));
        return Task.CompletedTask;
    }

    /// <summary>Stops taking submissions, and completes when all waiting ones have been answered.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        Close();
        await Task.WhenAll(_running).WaitAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Close();
        await Task.WhenAll(_running);
        foreach (var appender in _appenders)
            await appender.DisposeAsync();
    }

    private void Close()
    {
        foreach (var waiting in _waiting)
            waiting.Writer.TryComplete();
    }

    private static int BulkWriter(string stream) => 1 + (int)((uint)stream.GetHashCode(StringComparison.Ordinal) % BulkWriters);

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Release(IReadOnlyCollection<PendingSubmission> answered)
    {
        _underway.Leave([.. answered.Select(p => p.Submission.Stream)]);
        Leave(answered.Sum(p => p.Submission.Weight), answered.Count);
        Interlocked.Exchange(ref _room, New()).TrySetResult();
    }

    private void Leave(long weight, int count)
    {
        Interlocked.Add(ref _weight, -weight);
        Interlocked.Add(ref _count, -count);
    }
}
