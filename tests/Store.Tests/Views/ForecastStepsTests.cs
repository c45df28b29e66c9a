using Domain;
using Domain.Forecasts;
using Domain.People;
using Domain.Questions;
using Marten;
using Marten.Events;
using PostgresServer;
using Store.Appending;

namespace Store.Tests.Views;

/// <summary>The view of forecasts' steps.</summary>
public sealed class ForecastStepsTests : IAsyncLifetime
{
    private static readonly DateTimeOffset At = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private TestStore _test = null!;

    public async ValueTask InitializeAsync()
    {
        _test = await TestStore.CreateAsync();
        await (await _test.DaemonAsync()).StartAllAsync();
    }

    public ValueTask DisposeAsync() => _test.DisposeAsync();

    private async Task<string> RowOf(params object[] steps)
    {
        await using (var session = _test.Store.LightweightSession())
        {
            session.Start<Forecast>(StreamKeys.Forecast(new QuestionSlug("q"), new ForecasterName("ana")), steps, At);
            await session.SaveChangesAsync();
        }

        await _test.Store.WaitForNonStaleProjectionDataAsync(TimeSpan.FromMinutes(3));
        return await _test.Database.ScalarAsync<string>(
            """
            select string_agg(concat_ws('|', forecaster, question, kind, made_at at time zone 'utc', coalesce((expires_at at time zone 'utc')::text, '-'),
                coalesce(yes::text, '-'),
                coalesce(probabilities::text, '-'), coalesce(levels::text, '-'), coalesce(places::text, '-')), ';' order by sequence)
                    from forecasts.view_forecast_steps
            """
        );
    }

    [Fact]
    public async Task Each_form_of_statement_becomes_its_row_to_the_last_bit()
    {
        var row = await RowOf(
            new ForecastSubmitted(new("q"), new("ana"), ForecasterKind.Bot, At, new Statement(Probability: 0.1 + 0.2), "why", ["e"], null),
            new ForecastRevised(
                new("q"),
                new("ana"),
                ForecasterKind.Person,
                At.AddDays(1),
                new Statement(Probabilities: [1.0 / 3, 2.0 / 3]),
                null,
                [],
                At.AddDays(3)
            ),
            new ForecastRevised(
                new("q"),
                new("ana"),
                ForecasterKind.Person,
                At.AddDays(2),
                new Statement(Quantiles: [new Quantile(0.1, -2.5), new Quantile(0.9, 1e300)]),
                null,
                [],
                null
            ),
            new ForecastRevised(
                new("q"),
                new("ana"),
                ForecasterKind.Person,
                At.AddDays(3),
                new Statement(Probability: 5e-324, Verbal: new VerbalStatement("remote", "s", "1", 0, 0.1)),
                null,
                [],
                null
            ),
            new ForecastWithdrawn(new("q"), new("ana"), ForecasterKind.Document, At.AddDays(4)),
            new ForecastExpired(new("q"), new("ana"), ForecasterKind.Person, At.AddDays(5))
        );

        Assert.Equal(
            "ana|q|Bot|2024-01-01 00:00:00|-|0.30000000000000004|-|-|-;"
                + "ana|q|Person|2024-01-02 00:00:00|2024-01-04 00:00:00|-|{0.3333333333333333,0.6666666666666666}|-|-;"
                + "ana|q|Person|2024-01-03 00:00:00|-|-|-|{0.1,0.9}|{-2.5,1e+300};"
                + "ana|q|Person|2024-01-04 00:00:00|-|5e-324|-|-|-;"
                + "ana|q|Document|2024-01-05 00:00:00|-|-|-|-|-",
            row
        );
    }

    [Fact]
    public async Task Instants_are_kept_to_the_microsecond_and_cut_off_there_whatever_their_offset()
    {
        var row = await RowOf(
            new ForecastSubmitted(
                new("q"),
                new("ana"),
                ForecasterKind.Person,
                At.AddTicks(1_234_567),
                new Statement(Probability: 0.5),
                null,
                [],
                At.AddTicks(9_999_999)
            ),
            new ForecastRevised(
                new("q"),
                new("ana"),
                ForecasterKind.Person,
                At.ToOffset(TimeSpan.FromHours(-7)).AddTicks(10),
                new Statement(Probability: 0.5),
                null,
                [],
                null
            )
        );

        Assert.Equal("ana|q|Person|2024-01-01 00:00:00.123456|2024-01-01 00:00:00.999999|0.5|-|-|-;ana|q|Person|2024-01-01 00:00:00.000001|-|0.5|-|-|-", row);
    }

    [Fact]
    public async Task A_seal_has_a_row_without_a_statement_and_its_revelation_one_of_the_same_instant()
    {
        var seal = new string('A', 43) + "=";
        var revealed = new Statement(Probability: 0.7, Seal: seal, RevealedAt: At.AddDays(9));
        var row = await RowOf(
            new ForecastSubmitted(new("q"), new("ana"), ForecasterKind.Person, At, new Statement(Probability: 0.5), null, [], null),
            new ForecastRevised(new("q"), new("ana"), ForecasterKind.Person, At.AddDays(1), new Statement(Seal: seal), null, [], null),
            new ForecastRevealed(new("q"), new("ana"), ForecasterKind.Person, At.AddDays(1), revealed, null, [], null, Guid.NewGuid(), seal, "{}")
        );
        var seals = await _test.Database.ScalarAsync<string>(
            """
            select string_agg(concat_ws('|', coalesce(sealed::text, '-'), coalesce((revealed_at at time zone 'utc')::text, '-')), ';' order by sequence)
                from forecasts.view_forecast_steps
            """
        );

        Assert.Equal(
            "ana|q|Person|2024-01-01 00:00:00|-|0.5|-|-|-;ana|q|Person|2024-01-02 00:00:00|-|-|-|-|-;ana|q|Person|2024-01-02 00:00:00|-|0.7|-|-|-",
            row
        );
        Assert.Equal("-|-;true|-;true|2024-01-10 00:00:00", seals);
    }
}
