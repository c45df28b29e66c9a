using Domain;
using Domain.Forecasts;
using Domain.People;
using Domain.Questions;
using Marten;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using PostgresServer;
using Samples;
using Store.Appending;
using Store.GroupCommit;

namespace Store.Tests.GroupCommit;

/// <summary>A store with an open question, people, and a queue of submissions that runs only once it is started.</summary>
public sealed class SubmittingStore : IAsyncDisposable
{
    private readonly TestDatabase _database;
    private readonly ServiceProvider _services;

    private SubmittingStore(TestDatabase database, ServiceProvider services) => (_database, _services) = (database, services);

    public TestDatabase Database => _database;

    public IDocumentStore Store => _services.GetRequiredService<IDocumentStore>();

    public GroupCommitQueue Submissions => _services.GetRequiredService<GroupCommitQueue>();

    public QuestionCache Questions => _services.GetRequiredService<QuestionCache>();

    public static async Task<SubmittingStore> CreateAsync(GroupCommitLimits? limits = null, string? locale = null)
    {
        var database = await TestDatabase.CreateAsync(locale);
        var created = new SubmittingStore(database, Services(database, limits));
        await created.Store.Storage.ApplyAllConfiguredChangesToDatabaseAsync();
        return created;
    }

    /// <summary>Another queue on the same database, as another node would have one.</summary>
    public SubmittingStore AnotherNode() => new(_database, Services(_database, null));

    public Task StartAsync() => Submissions.StartAsync(CancellationToken.None);

    public async Task<Analyst> RegisterAsync(string name)
    {
        await using var session = Store.LightweightSession();
        session.Start<Analyst>(
            StreamKeys.Analyst(name),
            [new AnalystRegistered(name, name, ForecasterKind.Person, [Role.Analyst])],
            DateTimeOffset.UtcNow.ToMicroseconds()
        );
        await session.SaveChangesAsync();
        return (await session.LoadAsync<Analyst>(StreamKeys.Analyst(name)))!;
    }

    public async Task<Question> OpenAsync(string slug)
    {
        await using var session = Store.LightweightSession();
        var now = DateTimeOffset.UtcNow.ToMicroseconds();
        session.Start<Question>(
            StreamKeys.Question(slug),
            [Drafts.Binary(slug, now.AddDays(-1)) with { ClosesAt = now.AddDays(1), ResolvesBy = now.AddDays(2) }, new QuestionOpened(now)],
            now
        );
        await session.SaveChangesAsync();
        return (await session.LoadAsync<Question>(StreamKeys.Question(slug)))!;
    }

    /// <summary>Closes the question; the sequence of the event that did.</summary>
    public async Task<long> CloseAsync(string slug)
    {
        await using var session = Store.LightweightSession();
        var question = (await session.LoadAsync<Question>(StreamKeys.Question(slug)))!;
        session.Append(question.Id, question.Version, [new QuestionClosed(DateTimeOffset.UtcNow)], DateTimeOffset.UtcNow.ToMicroseconds());
        await session.SaveChangesAsync();
        return await _database.ScalarAsync<long>($"select max(seq_id) from forecasts.mt_events where stream_id = '{question.Id}' and type = 'question_closed'");
    }

    /// <summary>Hands in a probability, which there must be room for.</summary>
    public Task<SubmissionOutcome> SubmitAsync(
        string slug,
        Analyst by,
        double probability,
        IReadOnlyList<long>? expects = null,
        CancellationToken token = default
    ) => Submissions.TrySubmit(Stated(slug, by, probability, expects), token) ?? throw new InvalidOperationException("There was no room.");

    public static Submission Stated(string slug, Analyst by, double probability, IReadOnlyList<long>? expects = null) =>
        Of(slug, by, new ForecastCommand(new(by.Slug), by.Kind, new Statement(Probability: probability), null, [], null), expects);

    /// <summary>A submission of a command; null for a withdrawal.</summary>
    public static Submission Of(string slug, Analyst by, ForecastCommand? command, IReadOnlyList<long>? expects = null) =>
        new(
            slug,
            by,
            (question, forecast, now) =>
                command is null ? ForecastDecisions.Withdraw(question, forecast, now) : ForecastDecisions.State(question, forecast, command, now),
            2L * (command?.Rationale?.Length ?? 0),
            expects is null ? null : expects.Contains,
            "correlation",
            "causation"
        );

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await _database.DisposeAsync();
    }

    /// <summary>Ends this node and leaves the database to the others.</summary>
    public ValueTask StopAsync() => _services.DisposeAsync();

    private static ServiceProvider Services(TestDatabase database, GroupCommitLimits? limits)
    {
        var services = new ServiceCollection();
        services.AddLogging(l => l.SetMinimumLevel(LogLevel.None));
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<IHostEnvironment>(new Microsoft.Extensions.Hosting.Internal.HostingEnvironment { EnvironmentName = "Test" });
        services.AddForecastStore(database.ConnectionString);
        services.AddForecastSubmissions(database.ConnectionString, limits);
        return services.BuildServiceProvider();
    }
}
