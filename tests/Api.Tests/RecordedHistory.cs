using Domain;
using Domain.Forecasts;
using Domain.People;
using Domain.Questions;
using Domain.Resolutions;
using Marten;
using Microsoft.Extensions.DependencyInjection;
using Samples;
using Store.Appending;

namespace Api.Tests;

/// <summary>
/// Twelve resolved questions of ten days each, a day apart, as an import would leave them. Ana states something on the first day and revises it on the sixth;
/// Bea states something on the first day; Cy comes on the sixth. The worker scores them.
/// </summary>
public sealed class RecordedHistory : IAsyncLifetime
{
    public const int Count = 12;

    public static readonly DateTimeOffset Start = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public RunningApi Api { get; } = new();

    public static string Slug(int i) => $"history-{i:00}";

    public static bool Yes(int i) => i % 3 == 0;

    public static double AnaFirst(int i) => 0.05 + (0.07 * i);

    public static double AnaThen(int i) => Yes(i) ? Math.Min(1, AnaFirst(i) + 0.1) : Math.Max(0, AnaFirst(i) - 0.1);

    public static double Bea(int i) => Yes(i) ? 0.55 : 0.4;

    public static double Cy(int i) => (i % 4) / 4.0;

    public async ValueTask InitializeAsync()
    {
        await Api.InitializeAsync();
        await using var session = Api.Services.GetRequiredService<IDocumentStore>().LightweightSession();
        for (var i = 0; i < Count; i++)
        {
            var (slug, opens) = (Slug(i), Start.AddDays(i));
            Forecast(session, slug, "ana", opens, (0, AnaFirst(i)), (5, AnaThen(i)));
            Forecast(session, slug, "bea", opens, (0, Bea(i)));
            Forecast(session, slug, "cy", opens, (5, Cy(i)));
            session.Start<Question>(
                StreamKeys.Question(slug),
                [
                    Drafts.Binary(slug, opens) with
                    {
                        Title = $"Question {i}",
                        Tags = i % 2 == 0 ? ["history", "even"] : ["history"],
                        Group = i < 2 ? "twins" : null,
                        Imported = true,
                    },
                    new QuestionOpened(opens),
                    new EvidenceLogged(opens.AddDays(3), "Something happened", "The paper", null),
                    new QuestionResolved(Yes(i) ? "yes" : "no", opens.AddDays(10), "Seen.", [], "a", "b"),
                ],
                DateTimeOffset.UtcNow
            );
        }

        await session.SaveChangesAsync();
        await Api.SettledAsync();
    }

    public ValueTask DisposeAsync() => Api.DisposeAsync();

    private static void Forecast(IDocumentSession session, string slug, string analyst, DateTimeOffset opens, params (double Day, double P)[] steps) =>
        session.Start<Forecast>(
            StreamKeys.Forecast(new QuestionSlug(slug), new ForecasterName(analyst)),
            steps.Select(
                (s, i) =>
                    i == 0
                        ? (object)
                            new ForecastSubmitted(
                                new(slug),
                                new(analyst),
                                ForecasterKind.Person,
                                opens.AddDays(s.Day),
                                new Statement(Probability: s.P),
                                null,
                                [],
                                null,
                                true
                            )
                        : new ForecastRevised(
                            new(slug),
                            new(analyst),
                            ForecasterKind.Person,
                            opens.AddDays(s.Day),
                            new Statement(Probability: s.P),
                            null,
                            [],
                            null,
                            true
                        )
            ),
            DateTimeOffset.UtcNow
        );
}
