using System.Text.Json.Serialization.Metadata;
using Domain.People;
using Domain.Questions;
using JasperFx;
using JasperFx.CodeGeneration;
using JasperFx.Core;
using JasperFx.Events;
using JasperFx.Events.Projections;
using Marten;
using Marten.Events.Projections;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Store.Events;
using Store.Idempotency;
using Store.Importing;
using Store.Ledger;
using Store.People;
using Store.Reading;
using Store.Scoring;
using Store.Views;
using Store.Webhooks;
using Weasel.Core;

namespace Store;

/// <summary>The one configuration of the event store, shared by every host.</summary>
public static class ForecastStore
{
    /// <summary>The schema that holds the events and the views.</summary>
    public const string Schema = "forecasts";

    /// <summary>Adds the event store on the database that <paramref name="connectionString"/> names.</summary>
    public static MartenServiceCollectionExtensions.MartenConfigurationExpression AddForecastStore(this IServiceCollection services, string connectionString)
    {
        services.AddNpgsqlDataSource(WithDefaults(connectionString));
        services.AddSingleton<ScoreViewReader>();
        return services.AddMarten(Configure).UseNpgsqlDataSource();
    }

    /// <summary>Configures the store, except for its database.</summary>
    public static void Configure(StoreOptions options)
    {
        options.DatabaseSchemaName = Schema;
        options.AutoCreateSchemaObjects = AutoCreate.CreateOrUpdate;
        options.UseSystemTextJsonForSerialization(
            EnumStorage.AsString,
            Casing.CamelCase,
            // A scoring can be megabytes long. Generated serialization code avoids building it at the first scoring after a start.
            json => json.TypeInfoResolver = JsonTypeInfoResolver.Combine(EventJsonContext.Default, json.TypeInfoResolver ?? new DefaultJsonTypeInfoResolver())
        );
        options.DisableNpgsqlLogging = true;

        var events = options.Events;
        events.StreamIdentity = StreamIdentity.AsString;
        // A live forecast is made when it is recorded, to the microsecond, by the server's clock.
        events.AppendMode = EventAppendMode.QuickWithServerTimestamps;
        events.UseMandatoryStreamTypeDeclaration = true;
        events.EnableEventSkippingInProjectionsOrSubscriptions = true;
        events.UseExclusiveLockOnConcurrentAppends = true;
        events.MetadataConfig.CorrelationIdEnabled = true;
        events.MetadataConfig.CausationIdEnabled = true;
        events.MetadataConfig.UserNameEnabled = true;
        events.MapEventNames();
        events.UpcastEvents();
        foreach (var index in EventIndexes.Names)
            events.IgnoreIndex(index);
        options.Storage.Add(new EventIndexes());

        // The high-water mark is one cheap query. Frequent polling lets a scoring follow its resolution within a second.
        options.Projections.SlowPollingTime = 200.Milliseconds();
        options.Projections.FastPollingTime = 100.Milliseconds();
        // A stopped projection is noticed and can be repaired. A skipped event is lost silently.
        options.Projections.Errors.SkipApplyErrors = false;
        options.Projections.Errors.SkipSerializationErrors = false;
        options.Projections.Errors.SkipUnknownEvents = false;
        options.Projections.RebuildErrors.SkipApplyErrors = false;
        options.Projections.RebuildErrors.SkipSerializationErrors = false;
        options.Projections.RebuildErrors.SkipUnknownEvents = false;

        options.Projections.Add<QuestionProjection>(ProjectionLifecycle.Inline);
        options.Projections.Add<AnalystProjection>(ProjectionLifecycle.Inline);
        options.Projections.Add<ForecastProjection>(ProjectionLifecycle.Live);
        options.AddScoreViews();
        options
            .Schema.For<Question>()
            .Duplicate(x => x.Status)
            .Duplicate(x => x.Slug, configure: i => i.IsUnique = true)
            .UseNumericRevisions(true)
            .Index(x => x.Condition!.Question)
            .Index(x => x.Group!)
            .GinIndexJsonDataMember(x => x.Tags);
        options.Schema.For<Analyst>().Duplicate(x => x.Slug, configure: i => i.IsUnique = true).GinIndexJsonDataMember(x => x.Tokens).UseNumericRevisions(true);
        options.Storage.ExtendedSchemaObjects.AddRange([TokenUses.Table(), Identities.Table(), IdempotencyRecords.Table(), StandingForecasts.Function()]);

        options.Schema.For<Webhook>().Index(x => x.Owner);
        options.Storage.ExtendedSchemaObjects.AddRange(DeliveryTables.All());
        options.AddScoringTables();
        options.AddImportTables();
        options.AddLedgerTables();

        options.OpenTelemetry.TrackConnections = JasperFx.OpenTelemetry.TrackLevel.Normal;
        options.OpenTelemetry.TrackEventCounters();
    }

    private static string WithDefaults(string connectionString)
    {
        var builder = new NpgsqlConnectionStringBuilder(connectionString) { ApplicationName = "forecasts" };
        if (builder.MaxAutoPrepare == 0)
            builder.MaxAutoPrepare = 50;
        if (builder.KeepAlive == 0)
            builder.KeepAlive = 30;
        return builder.ConnectionString;
    }
}
