using System.Diagnostics;
using System.Text.Json;
using Api.Agents;
using Api.Audit;
using Api.Authorization;
using Api.BeliefUpdating;
using Api.Calibration;
using Api.Comparisons;
using Api.ComputedResponses;
using Api.Consensus;
using Api.Drawing;
using Api.Endpoints;
using Api.Exports;
using Api.Forecasts;
using Api.Imports;
using Api.Leaderboards;
using Api.Live;
using Api.OpenApi;
using Api.Pages;
using Api.People;
using Api.Pipeline;
using Api.Problems;
using Api.Questions;
using Api.Resolutions;
using Api.Scores;
using Api.Serialization;
using Api.Webhooks;
using Cli.Ledger;
using EmbeddedPostgres;
using JasperFx.Core;
using Marten;
using Microsoft.AspNetCore.DataProtection;
using Npgsql;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using Store;
using Store.GroupCommit;
using Store.Importing;
using Store.Ledger;
using Store.Operations;
using Store.Reading;
using Worker;
using Worker.DeliveringWebhooks;
using Worker.ExtendingLedger;

namespace Api.Running;

/// <summary>Whether the service runs, or can do its work.</summary>
/// <param name="Status"><c>live</c> or <c>ready</c>.</param>
/// <param name="Behind">Events that wait for the reactions.</param>
/// <param name="Instance">The name that a service on a data folder took at its start; commands know it by that.</param>
/// <param name="Ledger">Why the ledger is not signed; null where nothing stands against it. Everything else goes on.</param>
/// <param name="Witnesses">How many witnesses of the ledger give no cosignature, and why; null where all do. The ledger goes on without them.</param>
public sealed record HealthAnswer(string Status, long? Behind = null, string? Instance = null, string? Ledger = null, string? Witnesses = null);

/// <summary>The service before it is built.</summary>
/// <param name="Builder">Its services and settings.</param>
/// <param name="Map">Gives an application that was built of them its pipeline and its routes.</param>
public sealed record PreparedApi(WebApplicationBuilder Builder, Action<WebApplication> Map);

/// <summary>Puts the service together: its database, its worker, its catalogue, and what it says when it is ready.</summary>
public static class ForecastsApi
{
    private const string DefaultAddress = "http://127.0.0.1:5080";

    /// <summary>The service, ready to run.</summary>
    /// <exception cref="StartException">Something that can be told beforehand keeps it from starting.</exception>
    public static async Task<WebApplication> BuildAsync(string[] args)
    {
        var prepared = await PrepareAsync(args);
        var app = prepared.Builder.Build();
        prepared.Map(app);
        return app;
    }

    /// <summary>The service before it is built, so that it can also be built on another server than Kestrel. Its database answers or is started.</summary>
    /// <exception cref="StartException">Something that can be told beforehand keeps it from starting.</exception>
    public static async Task<PreparedApi> PrepareAsync(string[] args)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        var configuration = builder.Configuration;
        // What is no choice is said before anything is started.
        _ = CatalogueChoice.Of(configuration);
        if (configuration["urls"] is null && configuration["http_ports"] is null)
            builder.WebHost.UseUrls(DefaultAddress);
        // What came over a socket is served where it was read, without another change of threads; that is a thread of the pool in any case.
        builder.WebHost.UseSockets(s => s.UnsafePreferInlineScheduling = true);

        var given = configuration.GetConnectionString("Forecasts") is { Length: > 0 } named ? named : null;
        var folder = given is null ? DataFolder.Take(DataFolderOf(configuration)) : null;
        if (configuration["http_ports"] is null)
            StartChecks.AddressesAreFree(configuration["urls"] ?? DefaultAddress);
        if (given is not null)
            await StartChecks.DatabaseAnswersAsync(given, CancellationToken.None);
        var embedded = folder is null
            ? null
            : await EmbeddedMode.StartAsync(
                folder.Folder,
                configuration.GetValue("Embedded:Port", 0),
                LoggerFactory.Create(l => l.AddSimpleConsole(o => o.SingleLine = true))
            );
        var connectionString = given ?? embedded!.ConnectionString;
        if (folder is not null && string.IsNullOrEmpty(configuration["Webhooks:SecretKey"]))
            configuration["Webhooks:SecretKey"] = await WebhookKey.OfAsync(folder.Folder, CancellationToken.None);
        if (folder is not null)
            await ConfigureLedgerAsync(configuration, folder.Folder);

        builder.Services.AddSingleton(TimeProvider.System);
        builder
            .Services.AddForecastStore(LeftAsFound(connectionString))
            .BuildSessionsWith<RequestSessions>(ServiceLifetime.Scoped)
            .ApplyAllDatabaseChangesOnStartup();
        builder.Services.AddForecastSubmissions(connectionString, configuration.GetSection("Submissions").Get<GroupCommitLimits>());
        builder.Services.AddSingleton(_ => new HealthDatabase(connectionString));
        builder.Services.AddSingleton(s => new ReactionLag(s.GetRequiredService<HealthDatabase>().Source, s.GetRequiredService<TimeProvider>()));
        builder.Services.AddSingleton<ImportLog>();
        builder.Services.AddSingleton<ExportReader>();
        builder.Services.AddSingleton<LedgerReader>();
        builder.Services.AddSingleton<LedgerTimestamps>();
        builder.Services.AddSingleton<VerificationTurn>();
        StartChecks.AuthoritiesAreReadable(configuration["Ledger:TimestampCertificates"]);
        builder.Services.AddSingleton(_ => new ForecastReceipts(LedgerKeys.WhereGiven(configuration)));
        builder.Services.AddHostedService<LagWatch>();
        if (embedded is not null)
        {
            builder.Services.AddHostedService(services => new DatabaseSupervision(
                embedded,
                TimeSpan.FromSeconds(configuration.GetValue("Embedded:RestartSeconds", 120.0)),
                services.GetRequiredService<IHostApplicationLifetime>(),
                services.GetRequiredService<ILogger<DatabaseSupervision>>()
            ));
        }

        builder.Services.AddSingleton<ComputedResponseCache>();
        builder.Services.AddPictureFonts(configuration);
        builder.Services.AddSingleton<CatalogueAtStart>();
        if (configuration.GetValue("Worker:InProcess", true))
        {
            builder.Services.AddHostedService(services => new InProcessWorker(
                connectionString,
                builder.Environment.EnvironmentName,
                services.GetRequiredService<TimeProvider>(),
                [configuration.GetSection("Webhooks"), configuration.GetSection("Ledger")],
                services.GetRequiredService<CatalogueAtStart>()
            ));
        }

        // After the worker: what it says at last is that everything runs.
        builder.Services.AddHostedService(services => new FirstStart(services, embedded, folder));

        builder.Services.AddSingleton<InProcessRequests>();
        builder.Services.AddLive(configuration);
        builder.Services.AddWebhooks(configuration);
        builder.Services.AddAgents();
        builder.Services.AddPages();
        KeepSignIns(builder, folder);
        builder.Services.ConfigureHttpJsonOptions(o => ContractJson.Configure(o.SerializerOptions, ApiJsonContext.Default));
        builder.Services.Configure<RouteHandlerOptions>(o => o.ThrowOnBadRequest = true);
        builder.Services.AddProblemDetails();
        builder.Services.AddExceptionHandler<FaultHandler>();
        builder.AddHttpPipeline();
        builder.Services.AddDescription();
        builder.Services.AddHealthChecks();
        // Not all meters of the framework: those of routing and of limits say once more, for each request, what its route and its status say.
        var telemetry = builder
            .AddForecastTelemetry("forecasts-api")
            .WithMetrics(m =>
                m.AddMeter("Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "Microsoft.AspNetCore.Diagnostics").AddPrometheusExporter()
            );
        if (Telemetry.HasReceiver)
            telemetry.WithTracing(t => t.AddAspNetCoreInstrumentation());

        return new PreparedApi(builder, app => Map(app, embedded, folder));
    }

    private static void Map(WebApplication app, EmbeddedMode? embedded, DataFolder? folder)
    {
        var lag = app.Services.GetRequiredService<ReactionLag>();
        Instrumentation.ObserveLag(() => lag.Behind);
        InProcessRequests.Enter(app);
        app.UseHttpPipeline();
        app.MapOpenApi("/openapi/{documentName}.json").AllowAnonymous();
        app.MapDocs();
        app.MapPrometheusScrapingEndpoint("/metrics").RequireAuthorization(Policies.ReadMetrics).ExcludeFromDescription();
        app.MapGet("/health/live", () => Live(embedded, folder))
            .WithTags("Health")
            .WithSummary("Say whether the service runs")
            .AllowAnonymous()
            .Knows()
            .Produces<HealthAnswer>();
        app.MapGet("/health/ready", ReadyAsync)
            .WithTags("Health")
            .WithSummary("Say whether the service can do its work")
            .AllowAnonymous()
            .Knows()
            .Produces<HealthAnswer>();
        app.MapPeople();
        app.MapQuestions();
        app.MapForecasts();
        app.MapConsensus();
        app.MapConsensusHistory();
        app.MapCrowdTimelines();
        app.MapResolutions();
        app.MapScores();
        app.MapScoreGenerations();
        app.MapScoreBundles();
        app.MapScoreExplanations();
        app.MapAnalystScores();
        app.MapLeaderboards();
        app.MapComparisons();
        app.MapUpdating();
        app.MapCalibration();
        app.MapAudit();
        app.MapImports();
        app.MapExports();
        app.MapLive();
        app.MapWebhooks();
        app.MapAgents();
        app.MapPages();

        // The database ends last: everything that is being answered or scored still needs it.
        if (embedded is not null)
            app.Lifetime.ApplicationStopped.Register(() => embedded.DisposeAsync().AsTask().GetAwaiter().GetResult());
        if (folder is not null)
            app.Lifetime.ApplicationStopped.Register(folder.Dispose);
    }

    /// <summary>Names the ledger of a data folder, where the settings name none.</summary>
    private static async Task ConfigureLedgerAsync(ConfigurationManager configuration, string folder)
    {
        if (string.IsNullOrEmpty(configuration["Ledger:Folder"]))
        {
            configuration["Ledger:Folder"] = OwnLedger.CopyIn(folder);
            OwnerOnly.MakeFolder(OwnLedger.CopyIn(folder));
        }

        if (!string.IsNullOrEmpty(configuration["Ledger:Origin"]))
            return;
        var own = await OwnLedger.OfAsync(folder, CancellationToken.None);
        configuration["Ledger:Origin"] = own.Origin.Value;
        configuration["Ledger:Ed25519Key"] = own.Ed25519.Format();
        configuration["Ledger:MlDsa44Key"] = own.MlDsa44.Format();
    }

    // Without a place for them the keys last as long as the process where the system keeps none, and readers sign in again after a start.
    private static void KeepSignIns(WebApplicationBuilder builder, DataFolder? folder)
    {
        var keys =
            builder.Configuration["Pages:Keys"] is { Length: > 0 } named ? named
            : folder is null ? null
            : Path.Combine(folder.Folder, "sign-in-keys");
        if (keys is null)
            return;
        OwnerOnly.MakeFolder(keys);
        builder.Services.AddDataProtection().PersistKeysToFileSystem(new DirectoryInfo(keys));
    }

    /// <summary>The data folder that is set, or the usual one.</summary>
    private static string DataFolderOf(ConfigurationManager configuration) => Path.GetFullPath(configuration["Embedded:DataDirectory"] ?? ".data");

    /// <summary>
    /// A connection that is not put in order between two who use it, which takes the database as long as a read. Nobody here leaves anything behind on one: no
    /// setting outlives its transaction, and no lock is held beyond it.
    /// </summary>
    private static string LeftAsFound(string connectionString) =>
        new NpgsqlConnectionStringBuilder(connectionString) { NoResetOnClose = true }.ConnectionString;

    private static IResult Live(EmbeddedMode? embedded, DataFolder? folder) =>
        embedded is { Runs: false }
            ? Problem.Of(
                503,
                "database-gone",
                "Database restarting",
                "The embedded PostgreSQL has ended and is being started again; try again in a few seconds."
            )
            : Results.Ok(new HealthAnswer("live", Instance: folder?.Instance));

    private static async Task<IResult> ReadyAsync(
        ReactionLag lag,
        CatalogueAtStart catalogue,
        HealthDatabase database,
        IHostApplicationLifetime lifetime,
        CancellationToken token
    )
    {
        if (!lifetime.ApplicationStarted.IsCancellationRequested)
            return Problem.Of(503, "not-ready", "Service starting", "Try again in a second.");
        try
        {
            if (!await catalogue.IsShownAsync(token))
                return Problem.Of(503, "not-ready", "Service starting", "The catalogue's scores are on their way to the boards; see whether a worker runs.");
            var reader = new LedgerReader(database.Source);
            var ledger = await reader.LogAsync(token);
            var witnesses = await reader.WitnessesAsync(token);
            // Everybody may ask, and where a witness is asked is the operator's affair.
            var failing = witnesses.Where(w => w.Failure is not null).Select(w => w.Failure).ToList();
            var silent = failing.Count == 0 ? null : $"{failing.Count} of {witnesses.Count} give no cosignature. {string.Join(" ", failing.Distinct())}";
            return await lag.MovesAsync(token)
                ? Results.Ok(new HealthAnswer("ready", lag.Behind, Ledger: ledger?.Refusal, Witnesses: silent))
                : Problem.Of(503, "not-ready", "Reactions stalled", $"{lag.Behind} events wait and nothing takes them up; see whether a worker runs.");
        }
        catch (Exception e) when (e.SaidByDatabase() is not null || e.MayPass())
        {
            return Problem.Of(503, "not-ready", "Database unavailable", "Try again later.");
        }
    }
}
