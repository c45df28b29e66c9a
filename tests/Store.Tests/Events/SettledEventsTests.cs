using Domain;
using Domain.Forecasts;
using Domain.People;
using Domain.Questions;
using Npgsql;
using PostgresServer;
using Store.Appending;
using Store.Events;
using Store.Webhooks;

namespace Store.Tests.Events;

/// <summary>How far the events are settled while others are still being written.</summary>
public sealed class SettledEventsTests : IAsyncLifetime
{
    private static readonly DateTimeOffset At = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private TestStore _test = null!;

    public async ValueTask InitializeAsync() => _test = await TestStore.CreateAsync();

    public ValueTask DisposeAsync() => _test.DisposeAsync();

    private async Task AppendAsync(string forecaster, int events)
    {
        await using var connection = await _test.Source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        var append = new BulkAppend(_test.Store, transaction, new BulkOrigin("ann", null, null, At));
        var head = new StreamHead(StreamKeys.Forecast(new QuestionSlug("q"), new ForecasterName(forecaster)), typeof(Forecast), found: 0);
        for (var i = 0; i < events; i++)
        {
            append.Add(
                head,
                new ForecastSubmitted(new("q"), new(forecaster), ForecasterKind.Person, At, new Statement(Probability: 0.5), null, [], null, Imported: true)
            );
        }

        await append.WriteAsync(TestContext.Current.CancellationToken);
        await transaction.CommitAsync();
    }

    private static async Task<long> DrawAsync(NpgsqlTransaction transaction)
    {
        await using var command = new NpgsqlCommand("select nextval('forecasts.mt_events_sequence')", transaction.Connection, transaction);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private static Task<long> AfterAsync(SettledEvents settled, long from) =>
        settled.AfterAsync(from, SettledEvents.LongestStepUnread, TestContext.Current.CancellationToken);

    [Fact]
    public async Task A_follower_who_reads_none_passes_over_many_in_one_step()
    {
        const int many = SettledEvents.LongestStep + 500;
        await AppendAsync("ana", many);
        var settled = new SettledEvents(_test.Source);

        Assert.Equal(many, await AfterAsync(settled, 0));
        Assert.Equal(many, await AfterAsync(settled, many));
        Assert.Equal(SettledEvents.LongestStep, await settled.AfterAsync(0, SettledEvents.LongestStep, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_long_step_waits_before_a_number_that_may_still_be_written()
    {
        await AppendAsync("ana", 1_200);
        await using var connection = await _test.Source.OpenConnectionAsync();
        await using var writing = await connection.BeginTransactionAsync();
        Assert.Equal(1_201, await DrawAsync(writing));
        await AppendAsync("ben", 3);
        var settled = new SettledEvents(_test.Source);

        var through = await AfterAsync(settled, 0);
        Assert.InRange(through, 1, 1_200);
        while (through < 1_200)
            through = await AfterAsync(settled, through);
        Assert.Equal(1_200, await AfterAsync(settled, 1_200));

        await writing.RollbackAsync();
        Assert.Equal(1_204, await AfterAsync(settled, 1_200));
    }

    [Fact]
    public async Task A_look_goes_on_where_the_one_before_said_that_it_ended()
    {
        var deliveries = new Deliveries(_test.Source);
        await deliveries.EnqueueAsync(
            10,
            (_, through) => Task.FromResult<(IReadOnlyList<WantedDelivery>, long)>(([], through)),
            At,
            TestContext.Current.CancellationToken
        );
        await AppendAsync("ana", 5);
        var looks = new List<(long, long)>();
        async Task LookAsync(Func<long, long> end) =>
            await deliveries.EnqueueAsync(
                SettledEvents.LongestStepUnread,
                (from, through) =>
                {
                    looks.Add((from, through));
                    return Task.FromResult<(IReadOnlyList<WantedDelivery>, long)>(([], end(from)));
                },
                At,
                TestContext.Current.CancellationToken
            );

        await LookAsync(from => from + 2);
        await LookAsync(_ => 5);
        await LookAsync(_ => throw new InvalidOperationException("There is nothing left to look through."));
        Assert.Equal([(0, 5), (2, 5)], looks);
    }
}
