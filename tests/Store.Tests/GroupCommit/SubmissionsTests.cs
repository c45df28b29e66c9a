using System.Globalization;
using Domain;
using Domain.Forecasts;
using Domain.People;
using Domain.Questions;
using Marten;
using Npgsql;
using Store.Appending;
using Store.GroupCommit;

namespace Store.Tests.GroupCommit;

/// <summary>Group commits of forecasts.</summary>
public sealed class SubmissionsTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_batch_writes_row_for_row_what_the_event_store_writes()
    {
        await using var store = await SubmittingStore.CreateAsync();
        var (ours, theirs) = (await store.OpenAsync("ours"), await store.OpenAsync("theirs"));
        var by = await store.RegisterAsync("ada");
        Statement[] statements =
        [
            new(Probability: 0.25),
            new(Probability: 0.85, Verbal: new VerbalStatement("likely", "phia", "2019", 0.8, 0.9)),
            new(Probability: 1e-9),
        ];
        ForecastCommand Command(int i) =>
            new(
                new("ada"),
                ForecasterKind.Person,
                statements[i],
                i == 1 ? "“Why”, \\ and \"so\" <on> é 🌍" : null,
                i == 2 ? ["a", "b"] : [],
                i == 0 ? DateTimeOffset.UtcNow.AddDays(1).ToMicroseconds() : null
            );

        var commands = statements.Select((_, i) => Command(i)).ToList();
        var outcomes = commands.Select(c => store.Submissions.TrySubmit(SubmittingStore.Of("ours", by, c), Token)!).ToList();
        outcomes.Add(store.Submissions.TrySubmit(SubmittingStore.Of("ours", by, null), Token)!);
        await store.StartAsync();
        var recorded = (await Task.WhenAll(outcomes)).Cast<SubmissionOutcome.Recorded>().ToList();

        Forecast? forecast = null;
        var key = StreamKeys.Forecast(new QuestionSlug("theirs"), new ForecasterName("ada"));
        foreach (var (command, i) in commands.Append(null).Select((c, i) => (c, i)))
        {
            await using var session = store.Store.LightweightSession();
            (session.LastModifiedBy, session.CorrelationId, session.CausationId) = ("ada", "correlation", "causation");
            var at = recorded[i].At;
            var decision = command is null ? ForecastDecisions.Withdraw(theirs, forecast, at) : ForecastDecisions.State(theirs, forecast, command, at);
            if (forecast is null)
                session.Start<Forecast>(key, decision.Events, at);
            else
                session.Append(key, forecast.Version, decision.Events, at);
            await session.SaveChangesAsync(Token);
            forecast = await session.Events.AggregateStreamAsync<Forecast>(key, token: Token);
        }

        Assert.Equal(4, recorded[^1].Version);
        Assert.Equal(ours.Version, theirs.Version);
        var written = await Rows(store, "mt_events", "version", "theirs");
        Assert.Equal(4, written.Split('\n').Length);
        Assert.Equal(written, await Rows(store, "mt_events", "version", "ours"));
        Assert.Equal(await Rows(store, "mt_streams", "id", "theirs"), await Rows(store, "mt_streams", "id", "ours"));
        Assert.Equal(
            recorded[0].EventId.ToString(),
            await store.Database.ScalarAsync<string>("select id::text from forecasts.mt_events where stream_id = 'forecast/ours/ada' and version = 1")
        );
    }

    private static Task<string> Rows(SubmittingStore store, string table, string order, string slug) =>
        store.Database.ScalarAsync<string>(
            $"""
            select string_agg(replace((to_jsonb(t) - array['seq_id', 'id', 'created'] - case when '{table}' = 'mt_streams' then 'timestamp'
                else '' end)::text, '{slug}', 'it'), E'\n' order by {order})
            from forecasts.{table} t where to_jsonb(t) ->> '{(table == "mt_streams" ? "id" : "stream_id")}' = 'forecast/{slug}/ada'
            """
        );

    [Fact]
    public async Task Only_the_forecasts_that_conflict_are_refused_and_the_rest_of_their_batch_is_recorded()
    {
        await using var store = await SubmittingStore.CreateAsync();
        await store.OpenAsync("open");
        await store.OpenAsync("closed");
        await store.CloseAsync("closed");
        var people = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => store.RegisterAsync($"p{i}")));

        var good = people.Select(p => store.SubmitAsync("open", p, 0.5, [0])).ToList();
        var stale = people.Select(p => store.SubmitAsync("open", p, 0.6, [7])).ToList();
        var closed = people.Select(p => store.SubmitAsync("closed", p, 0.5)).ToList();
        var missing = people.Select(p => store.SubmitAsync("missing", p, 0.5)).ToList();
        var again = people.Select(p => store.SubmitAsync("open", p, 0.7, [1])).ToList();
        await store.StartAsync();

        Assert.All(await Task.WhenAll(good), o => Assert.Equal(1, Assert.IsType<SubmissionOutcome.Recorded>(o).Version));
        Assert.All(await Task.WhenAll(stale), o => Assert.Equal(1, Assert.IsType<SubmissionOutcome.Stale>(o).Version));
        Assert.All(await Task.WhenAll(closed), o => Assert.Equal(RefusalKind.Conflict, Assert.IsType<SubmissionOutcome.Refused>(o).Decision.Refusals[0].Kind));
        Assert.All(await Task.WhenAll(missing), o => Assert.IsType<SubmissionOutcome.NoQuestion>(o));
        Assert.All(await Task.WhenAll(again), o => Assert.Equal(2, Assert.IsType<SubmissionOutcome.Recorded>(o).Version));
        Assert.Equal(80, await store.Database.ScalarAsync<long>("select count(*) from forecasts.mt_events where type like 'forecast%'"));
        // They shared commits: each transaction left one number, and there were far fewer than forecasts.
        Assert.InRange(await store.Database.ScalarAsync<long>("select count(distinct xmin::text) from forecasts.mt_events where type like 'forecast%'"), 1, 4);
    }

    [Fact]
    public async Task Steps_of_one_forecast_keep_the_order_in_which_they_came()
    {
        await using var store = await SubmittingStore.CreateAsync();
        await store.OpenAsync("one");
        var by = await store.RegisterAsync("ada");
        await store.StartAsync();
        var outcomes = await Task.WhenAll(Enumerable.Range(1, 2_000).Select(i => store.SubmitAsync("one", by, i / 4_000.0)));

        Assert.Equal(Enumerable.Range(1, 2_000).Select(i => (long)i), outcomes.Select(o => Assert.IsType<SubmissionOutcome.Recorded>(o).Version));
        Assert.Equal(
            0,
            await store.Database.ScalarAsync<long>(
                """
                select count(*) from forecasts.mt_events
                where stream_id = 'forecast/one/ada' and (data -> 'statement' ->> 'probability')::float8 <> version / 4000.0
                """
            )
        );
    }

    [Fact]
    public async Task Steps_of_one_forecast_keep_their_order_where_some_come_in_bulk_and_some_do_not()
    {
        await using var store = await SubmittingStore.CreateAsync();
        string[] slugs = ["first", "second", "third", "fourth"];
        foreach (var slug in slugs)
            await store.OpenAsync(slug);
        var by = await store.RegisterAsync("ada");
        await store.StartAsync();
        var outcomes = slugs.ToDictionary(s => s, _ => new List<Task<SubmissionOutcome>>());
        for (var i = 1; i <= 500; i++)
        {
            foreach (var slug in slugs)
            {
                var room = Task.CompletedTask;
                Task<SubmissionOutcome>? handedIn;
                do
                {
                    await room;
                    room = store.Submissions.Room;
                    handedIn = store.Submissions.TrySubmit(SubmittingStore.Stated(slug, by, i / 1_000.0), Token, inBulk: i % 3 != 0);
                } while (handedIn is null);
                outcomes[slug].Add(handedIn);
            }
        }

        foreach (var slug in slugs)
        {
            Assert.Equal(
                Enumerable.Range(1, 500).Select(i => (long)i),
                (await Task.WhenAll(outcomes[slug])).Select(o => Assert.IsType<SubmissionOutcome.Recorded>(o).Version)
            );
        }

        Assert.Equal(
            0,
            await store.Database.ScalarAsync<long>(
                "select count(*) from forecasts.mt_events where type like 'forecast%' and (data -> 'statement' ->> 'probability')::float8 <> version / 1000.0"
            )
        );
    }

    [Fact]
    public async Task Steps_in_bulk_keep_their_order_and_lose_none_to_steps_that_come_one_by_one_meanwhile()
    {
        await using var store = await SubmittingStore.CreateAsync();
        await store.OpenAsync("both");
        var (by, other) = (await store.RegisterAsync("ada"), await store.RegisterAsync("bert"));
        await store.StartAsync();
        var alone = Task.Run(async () =>
        {
            var recorded = 0L;
            for (var i = 0; i < 50; i++)
            {
                if (await store.SubmitAsync("both", other, 0.5) is SubmissionOutcome.Recorded)
                    recorded++;
            }

            return recorded;
        });
        var bulk = new List<Task<SubmissionOutcome>>();
        for (var i = 1; i <= 1_000; i++)
        {
            bulk.Add(store.Submissions.TrySubmit(SubmittingStore.Stated("both", by, i / 2_000.0), Token, inBulk: true)!);
            if (i % 10 == 0)
                bulk.Add(store.Submissions.TrySubmit(SubmittingStore.Stated("both", other, 0.25), Token, inBulk: true)!);
        }

        var recorded = (await Task.WhenAll(bulk)).Count(o => o is SubmissionOutcome.Recorded) + await alone;

        Assert.Equal(recorded, await store.Database.ScalarAsync<long>("select count(*) from forecasts.mt_events where stream_id like 'forecast/both/%'"));
        Assert.Equal(1_000, await store.Database.ScalarAsync<long>("select count(*) from forecasts.mt_events where stream_id = 'forecast/both/ada'"));
        Assert.Equal(
            0,
            await store.Database.ScalarAsync<long>(
                """
                select count(*) from forecasts.mt_events
                where stream_id = 'forecast/both/ada' and (data -> 'statement' ->> 'probability')::float8 <> version / 2000.0
                """
            )
        );
        Assert.Equal(
            0,
            await store.Database.ScalarAsync<long>(
                """
                select count(*) from forecasts.mt_streams s
                where s.id like 'forecast/both/%' and s.version <> (select count(*) from forecasts.mt_events e where e.stream_id = s.id)
                """
            )
        );
    }

    [Fact]
    public async Task No_forecast_is_recorded_after_the_close_however_they_race()
    {
        await using var store = await SubmittingStore.CreateAsync();
        var people = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => store.RegisterAsync($"p{i}")));
        await store.StartAsync();
        for (var round = 0; round < 5; round++)
        {
            var slug = $"race-{round}";
            await store.OpenAsync(slug);
            using var over = new CancellationTokenSource();
            var refused = 0;
            var load = people
                .Select(p =>
                    Task.Run(async () =>
                    {
                        while (!over.IsCancellationRequested)
                        {
                            switch (await store.SubmitAsync(slug, p, 0.5))
                            {
                                case SubmissionOutcome.Recorded:
                                    continue;
                                case SubmissionOutcome.Refused r when r.Decision.Refusals[0].Kind == RefusalKind.Conflict:
                                    Interlocked.Increment(ref refused);
                                    return;
                                case var other:
                                    Assert.Fail(other.ToString());
                                    return;
                            }
                        }
                    })
                )
                .ToList();

            while (await store.Database.ScalarAsync<long>($"select count(*) from forecasts.mt_events where stream_id like 'forecast/{slug}/%'") < 100)
                await Task.Yield();
            // A close under load waits for the commits before it, and is not kept waiting by those that come after.
            var close = await store.CloseAsync(slug).WaitAsync(TimeSpan.FromMinutes(2), Token);
            await Task.WhenAll(load).WaitAsync(TimeSpan.FromMinutes(2), Token);
            await over.CancelAsync();

            Assert.Equal(people.Length, refused);
            var last = await store.Database.ScalarAsync<long>($"select max(seq_id) from forecasts.mt_events where stream_id like 'forecast/{slug}/%'");
            Assert.True(last < close, $"A forecast was recorded as {last}, after the close, which was {close}.");
        }
    }

    [Fact]
    public async Task Two_nodes_that_write_the_same_forecasts_lose_none_and_repeat_none()
    {
        await using var one = await SubmittingStore.CreateAsync();
        var two = one.AnotherNode();
        await one.OpenAsync("shared");
        var people = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => one.RegisterAsync($"p{i}")));
        await one.StartAsync();
        await two.StartAsync();

        var recorded = 0L;
        await Task.WhenAll(
            new[] { one, two }.SelectMany(node =>
                people.Select(p =>
                    Task.Run(async () =>
                    {
                        for (var i = 0; i < 50; i++)
                        {
                            if (await node.SubmitAsync("shared", p, 0.5) is SubmissionOutcome.Recorded)
                                Interlocked.Increment(ref recorded);
                        }
                    })
                )
            )
        );
        await two.StopAsync();

        Assert.InRange(recorded, 400, 800);
        Assert.Equal(recorded, await one.Database.ScalarAsync<long>("select count(*) from forecasts.mt_events where stream_id like 'forecast/shared/%'"));
        Assert.Equal(
            0,
            await one.Database.ScalarAsync<long>(
                """
                select count(*) from forecasts.mt_streams s
                where s.id like 'forecast/shared/%' and s.version <> (select count(*) from forecasts.mt_events e where e.stream_id = s.id)
                """
            )
        );
    }

    [Fact]
    public async Task Nothing_is_recorded_under_rights_that_have_changed_since_they_were_read()
    {
        await using var store = await SubmittingStore.CreateAsync();
        await store.OpenAsync("open");
        var (changed, unchanged) = (await store.RegisterAsync("changed"), await store.RegisterAsync("unchanged"));
        await using (var session = store.Store.LightweightSession())
        {
            session.Append(changed.Id, changed.Version, [new RolesChanged([])], DateTimeOffset.UtcNow.ToMicroseconds());
            await session.SaveChangesAsync(Token);
        }

        var (refused, recorded) = (store.SubmitAsync("open", changed, 0.5), store.SubmitAsync("open", unchanged, 0.5));
        await store.StartAsync();

        Assert.IsType<SubmissionOutcome.CallerChanged>(await refused);
        Assert.IsType<SubmissionOutcome.Recorded>(await recorded);
        Assert.Equal(1, await store.Database.ScalarAsync<long>("select count(*) from forecasts.mt_events where type like 'forecast%'"));
    }

    [Fact]
    public async Task What_was_given_up_before_it_was_taken_up_leaves_nothing_behind()
    {
        await using var store = await SubmittingStore.CreateAsync();
        await store.OpenAsync("open");
        var by = await store.RegisterAsync("ada");
        using var gone = new CancellationTokenSource();
        _ = store.SubmitAsync("open", by, 0.1, token: gone.Token);
        var kept = store.SubmitAsync("open", by, 0.2, token: Token);
        await gone.CancelAsync();
        await store.StartAsync();

        Assert.Equal(1, Assert.IsType<SubmissionOutcome.Recorded>(await kept).Version);
        Assert.Equal(
            0.2,
            double.Parse(
                await store.Database.ScalarAsync<string>("select data -> 'statement' ->> 'probability' from forecasts.mt_events where type like 'forecast%'"),
                CultureInfo.InvariantCulture
            )
        );
    }

    [Fact]
    public async Task A_full_queue_takes_no_more_until_there_is_room_and_bulk_fills_only_half_of_it()
    {
        await using var store = await SubmittingStore.CreateAsync(new GroupCommitLimits(MostWaiting: 10));
        await store.OpenAsync("open");
        var by = await store.RegisterAsync("ada");
        Task<SubmissionOutcome>? Try(bool inBulk) => store.Submissions.TrySubmit(SubmittingStore.Stated("open", by, 0.5), Token, inBulk);

        var bulk = Enumerable.Range(0, 20).Select(_ => Try(inBulk: true)).ToList();
        var single = Enumerable.Range(0, 20).Select(_ => Try(inBulk: false)).ToList();
        Assert.Equal(5, bulk.Count(o => o is not null));
        Assert.Equal(5, single.Count(o => o is not null));

        var room = store.Submissions.Room;
        await store.StartAsync();
        await room.WaitAsync(TimeSpan.FromMinutes(2), Token);
        Assert.All(await Task.WhenAll(bulk.Concat(single).OfType<Task<SubmissionOutcome>>()), o => Assert.IsType<SubmissionOutcome.Recorded>(o));
        Assert.IsType<SubmissionOutcome.Recorded>(await Try(inBulk: true)!);
    }

    [Fact]
    public async Task A_full_queue_is_measured_in_bytes_too()
    {
        await using var store = await SubmittingStore.CreateAsync(new GroupCommitLimits(MostWeight: 100_000));
        await store.OpenAsync("open");
        var by = await store.RegisterAsync("ada");
        var large = SubmittingStore.Of(
            "open",
            by,
            new ForecastCommand(new("ada"), by.Kind, new Statement(Probability: 0.5), new string('x', 20_000), [], null)
        );

        Assert.NotNull(store.Submissions.TrySubmit(large, Token));
        Assert.NotNull(store.Submissions.TrySubmit(large, Token));
        Assert.Null(store.Submissions.TrySubmit(large, Token));
        await store.StartAsync();
    }

    [Fact]
    public async Task A_question_that_a_long_transaction_holds_does_not_hold_up_the_others()
    {
        await using var store = await SubmittingStore.CreateAsync();
        await store.OpenAsync("held");
        await store.OpenAsync("free");
        var people = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => store.RegisterAsync($"p{i}")));
        await using var holder = new NpgsqlConnection(store.Database.ConnectionString);
        await holder.OpenAsync(Token);
        await using var transaction = await holder.BeginTransactionAsync(Token);
        await using (var hold = new NpgsqlCommand("select 1 from forecasts.mt_streams where id = 'question/held' for update", holder, transaction))
        {
            await hold.ExecuteScalarAsync(Token);
        }

        var held = people.Select(p => store.SubmitAsync("held", p, 0.5)).ToList();
        var free = people.Select(p => store.SubmitAsync("free", p, 0.5)).ToList();
        await store.StartAsync();

        Assert.All(await Task.WhenAll(free).WaitAsync(TimeSpan.FromMinutes(2), Token), o => Assert.IsType<SubmissionOutcome.Recorded>(o));
        Assert.All(await Task.WhenAll(held).WaitAsync(TimeSpan.FromMinutes(2), Token), o => Assert.IsType<SubmissionOutcome.Unavailable>(o));
        await transaction.RollbackAsync(Token);
        Assert.IsType<SubmissionOutcome.Recorded>(await store.SubmitAsync("held", people[0], 0.5));
    }

    [Fact]
    public async Task A_connection_that_breaks_is_made_anew()
    {
        await using var store = await SubmittingStore.CreateAsync();
        await store.OpenAsync("open");
        var by = await store.RegisterAsync("ada");
        await store.StartAsync();
        Assert.IsType<SubmissionOutcome.Recorded>(await store.SubmitAsync("open", by, 0.5));

        await store.Database.ScalarAsync<long>(
            "select count(pg_terminate_backend(pid)) from pg_stat_activity where application_name = 'forecasts-submissions' and datname = current_database()"
        );
        // The break is noticed at the next use at the latest, whose outcome is then not known; nothing is lost that was acknowledged.
        var next = await store.SubmitAsync("open", by, 0.6);
        var version = Assert.IsType<SubmissionOutcome.Recorded>(next is SubmissionOutcome.Recorded ? next : await store.SubmitAsync("open", by, 0.7)).Version;
        Assert.Equal(version, await store.Database.ScalarAsync<long>("select count(*) from forecasts.mt_events where type like 'forecast%'"));
    }
}
