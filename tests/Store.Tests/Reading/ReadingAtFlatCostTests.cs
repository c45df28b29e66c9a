using System.Data;
using Domain.Forecasts;
using Domain.People;
using Domain.Questions;
using Marten;
using Npgsql;
using Store.GroupCommit;
using Store.Reading;
using Store.Tests.GroupCommit;

namespace Store.Tests.Reading;

/// <summary>Reads that cost what they answer: by plan and by the pages touched, in a store where what they look for is a small part.</summary>
public sealed class ReadingAtFlatCostTests
{
    private const int Questions = 300;
    private const int Forecasters = 40;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>A store of 12,000 forecasts on 300 questions, in a database that compares strings by the rules of a language.</summary>
    private static async Task<SubmittingStore> FilledAsync(string? locale)
    {
        var store = await SubmittingStore.CreateAsync(locale: locale);
        await store.OpenAsync("q-0");
        await store.CloseAsync("q-0");
        await ExecuteAsync(
            store,
            $$"""
            insert into forecasts.mt_streams (id, type, version) select format('forecast/q-%s/p%s', q, p), 'forecast', 3
                from generate_series(1, {{Questions}}) q, generate_series(1, {{Forecasters}}) p;
            insert into forecasts.mt_events (seq_id, id, stream_id, version, type, mt_dotnet_type, timestamp, user_name, correlation_id, data)
            select nextval('forecasts.mt_events_sequence'), gen_random_uuid(), format('forecast/q-%s/p%s', q, p), v, case v when 1 then 'forecast_submitted'
                else 'forecast_revised' end,
                case v when 1 then 'Domain.Forecasts.ForecastSubmitted, Domain' else 'Domain.Forecasts.ForecastRevised, Domain' end,
                '2026-01-01T00:00:00Z'::timestamptz + v * interval '1 day', 'p' || p, 'c' || q,
                jsonb_build_object('question', 'q-' || q, 'analyst', 'p' || p, 'kind', 'Person', 'madeAt',
                    to_char(timestamp '2026-01-01' + v * interval '1 day', 'YYYY-MM-DD"T"HH24:MI:SS"+00:00"'),
                    'statement', jsonb_build_object('probability', v / 10.0), 'evidence', '[]'::jsonb, 'imported', false)
            from generate_series(1, 3) v, generate_series(1, {{Questions}}) q, generate_series(1, {{Forecasters}}) p;
            analyze forecasts.mt_streams; analyze forecasts.mt_events;
            """
        );
        return store;
    }

    [Theory]
    [InlineData(null)]
    [InlineData("en-US")]
    public async Task Forecasts_as_of_an_instant_are_read_by_index_whatever_the_database_collates_by(string? locale)
    {
        await using var store = await FilledAsync(locale);
        var (from, to) = ForecastLog.Bounds("q-7");
        await using var connection = new NpgsqlConnection(store.Database.ConnectionString);
        await connection.OpenAsync(Token);
        foreach (var (setting, value) in StandingForecasts.Planning)
            await ExecuteAsync(connection, $"set {setting} to '{value}'");
        await ExecuteAsync(connection, $"prepare standing(varchar, varchar, timestamptz, timestamptz, int) as {StandingForecasts.Statement}");
        await using var command = new NpgsqlCommand($"execute standing('{from}', '{to}', 'infinity', '2026-01-03T00:00:00Z', 51)", connection);
        var plan = await ExplainAsync(command);

        Assert.Contains("idx_streams_by_name", plan.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Seq Scan", plan.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Gather", plan.Text, StringComparison.Ordinal);
        Assert.True(plan.Pages < 60 * 20, $"{plan.Pages} pages:\n{plan.Text}");

        await using var session = store.Store.QuerySession();
        var page = await ForecastLog.StandingAsync(session, "q-7", new DateTimeOffset(2026, 1, 3, 0, 0, 0, TimeSpan.Zero), null, "p2", 5, Token);
        Assert.Equal(["p20", "p21", "p22", "p23", "p24"], page.Select(s => s.Forecaster));
        Assert.All(page, s => Assert.Equal(0.2, s.Statement!.Probability));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("en-US")]
    public async Task What_stands_of_one_forecaster_is_read_by_index_a_page_at_a_time(string? locale)
    {
        await using var store = await FilledAsync(locale);
        var asOf = new DateTimeOffset(2026, 1, 3, 0, 0, 0, TimeSpan.Zero);
        await using (var command = ForecastLog.StandingOfCommand(new ForecasterName("p7"), asOf, null, new QuestionSlug("q-150"), 21))
        {
            var plan = await ExplainAsync(store, command);
            Assert.Contains("idx_streams_of_forecaster_by_name", plan.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("Seq Scan", plan.Text, StringComparison.Ordinal);
            Assert.True(plan.Pages < 22 * 20, $"{plan.Pages} pages:\n{plan.Text}");
        }

        await using var session = store.Store.QuerySession();
        var (all, after) = (new List<string>(), (QuestionSlug?)null);
        do
        {
            var (steps, last) = await ForecastLog.StandingOfAsync(session, new ForecasterName("p7"), asOf, null, after, 70, Token);
            Assert.All(steps, s => Assert.Equal(("p7", 0.2), (s.Step.Forecaster, s.Step.Statement!.Probability)));
            all.AddRange(steps.Select(s => s.Question));
            after = last;
        } while (after is not null);
        Assert.Equal(Questions, all.Count);
        Assert.Equal(all.Order(StringComparer.Ordinal), all);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("en-US")]
    public async Task Audited_events_are_found_by_index_whatever_is_asked_about(string? locale)
    {
        await using var store = await FilledAsync(locale);
        var (from, to) = (new DateTimeOffset(2026, 1, 3, 12, 0, 0, TimeSpan.Zero), new DateTimeOffset(2026, 1, 4, 0, 0, 0, TimeSpan.Zero));
        var (q7, p7) = (new QuestionSlug("q-7"), new ForecasterName("p7"));
        (AuditFilter Filter, int Expected)[] cases =
        [
            (new AuditFilter(q7, null, null, null, null, null), 51),
            (new AuditFilter(null, p7, null, null, null, null), 51),
            (new AuditFilter(q7, p7, null, null, null, null), 3),
            (new AuditFilter(null, null, typeof(QuestionClosed), null, null, null), 1),
            (new AuditFilter(null, null, typeof(ForecastRevised), null, null, null), 51),
            (new AuditFilter(null, null, typeof(ForecastWithdrawn), null, null, null), 0),
            (new AuditFilter(null, null, null, to.AddHours(-24), null, null), 51),
            (new AuditFilter(null, null, null, null, null, "c7"), 51),
            (new AuditFilter(null, null, null, null, null, "none"), 0),
            (new AuditFilter(null, null, null, from, to.AddSeconds(-1), null), 0),
        ];
        await using var session = store.Store.QuerySession();
        foreach (var (filter, expected) in cases)
        {
            Assert.Equal(expected, (await AuditLog.PageAsync(session, filter, 0, 51, Token)).Count);
            await using var command = await AuditLog.CommandAsync(session, filter, 0, 51, Token);
            var plan = await ExplainAsync(store, command);
            Assert.False(plan.Text.Contains("Seq Scan", StringComparison.Ordinal), $"{filter}:\n{plan.Text}");
        }
    }

    [Fact]
    public async Task A_page_skips_what_does_not_stand_and_pages_meet_without_a_gap()
    {
        await using var store = await SubmittingStore.CreateAsync();
        await store.OpenAsync("paged");
        var people = await Task.WhenAll(Enumerable.Range(10, 30).Select(i => store.RegisterAsync($"p{i}")));
        await store.StartAsync();
        foreach (var person in people)
            Assert.IsType<SubmissionOutcome.Recorded>(await store.SubmitAsync("paged", person, 0.5));
        foreach (var person in people.Where((_, i) => i % 3 == 0))
        {
            Assert.IsType<SubmissionOutcome.Recorded>(await store.Submissions.TrySubmit(SubmittingStore.Of("paged", person, null), Token)!);
        }

        await using var session = store.Store.QuerySession();
        var (all, after) = (new List<string>(), "");
        while (true)
        {
            var page = await ForecastLog.StandingAsync(session, "paged", DateTimeOffset.UtcNow, null, after, 4, Token);
            all.AddRange(page.Select(s => s.Forecaster));
            if (page.Count < 4)
                break;
            after = page[^1].Forecaster;
        }

        Assert.Equal(people.Where((_, i) => i % 3 != 0).Select(p => p.Slug), all);
        var whole = await ForecastLog.OnQuestionAsync(session, "paged", null, Token);
        Assert.Equal(
            whole.StandingAt(DateTimeOffset.UtcNow).Select(s => s.EventId),
            (await ForecastLog.StandingAsync(session, "paged", DateTimeOffset.UtcNow, null, "", 100, Token)).Select(s => s.EventId)
        );
    }

    [Fact]
    public async Task A_second_start_finds_the_indexes_in_place_and_changes_nothing()
    {
        await using var store = await SubmittingStore.CreateAsync();
        var again = store.AnotherNode();
        await again.Store.Storage.Database.AssertDatabaseMatchesConfigurationAsync(Token);
        await again.Store.Storage.ApplyAllConfiguredChangesToDatabaseAsync();
        await again.StopAsync();
        Assert.Equal(
            4,
            await store.Database.ScalarAsync<long>(
                "select count(*) from pg_indexes where schemaname = 'forecasts' and indexname like 'idx_%s_%' and tablename in ('mt_events', 'mt_streams')"
            )
        );
    }

    private static async Task<(string Text, long Pages)> ExplainAsync(SubmittingStore store, NpgsqlCommand command)
    {
        await using var connection = new NpgsqlConnection(store.Database.ConnectionString);
        await connection.OpenAsync(Token);
        command.Connection = connection;
        return await ExplainAsync(command);
    }

    private static async Task<(string Text, long Pages)> ExplainAsync(NpgsqlCommand command)
    {
        command.CommandText = "explain (analyze, buffers) " + command.CommandText;
        var lines = new List<string>();
        await using var reader = await command.ExecuteReaderAsync(Token);
        while (await reader.ReadAsync(Token))
            lines.Add(reader.GetString(0));
        var buffers = lines.First(l => l.Contains("Buffers: shared", StringComparison.Ordinal));
        var pages = buffers
            .Split(' ')
            .Where(w => w.StartsWith("hit=", StringComparison.Ordinal) || w.StartsWith("read=", StringComparison.Ordinal))
            .Sum(w => long.Parse(w.Split('=')[1], System.Globalization.CultureInfo.InvariantCulture));
        return (string.Join('\n', lines), pages);
    }

    private static async Task ExecuteAsync(SubmittingStore store, string sql)
    {
        await using var connection = new NpgsqlConnection(store.Database.ConnectionString);
        await connection.OpenAsync(Token);
        await ExecuteAsync(connection, sql);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Token);
    }
}
