using Domain.Questions;
using Domain.Resolutions;
using JasperFx;
using JasperFx.CodeGeneration;
using JasperFx.Core;
using JasperFx.Resources;
using Marten;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Npgsql;
using Store;
using Store.Events;
using Store.Operations;
using Store.Reading;
using Wolverine;
using Wolverine.ErrorHandling;
using Wolverine.Marten;
using Worker.ClosingQuestions;
using Worker.DeliveringWebhooks;
using Worker.ExpiringForecasts;
using Worker.ExtendingLedger;
using Worker.FollowingConditions;
using Worker.Importing;
using Worker.Projections;
using Worker.ScoringQuestions;

namespace Worker;

/// <summary>Hosts all background work, in a separate process or in the API's process.</summary>
public static class ForecastWorker
{
    /// <summary>Adds all background work to a separate host.</summary>
    /// <param name="schemaIsThere">
    /// Whether the event store's tables have already been compared with this version's. If not, the host does so before it starts. The message store checks its
    /// own tables.
    /// </param>
    public static IHostApplicationBuilder AddForecastWorker(this IHostApplicationBuilder builder, string connectionString, bool schemaIsThere = false)
    {
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder
            .Services.AddForecastStore(PlannedAfresh(connectionString))
            .IntegrateWithWolverine(m =>
            {
                m.MessageStorageSchemaName = "worker";
                m.TransportSchemaName = "queues";
                m.AutoCreate = AutoCreate.CreateOrUpdate;
                m.UseWolverineManagedEventSubscriptionDistribution = true;
            })
            // Facts reach the reactions by subscription. Committed events are replayed from the store until they are handled, so a crash between a commit and
            // its consequence loses nothing.
            .PublishEventsToWolverine(
                "Reactions",
                relay =>
                {
                    // What an import records it follows up itself, many questions at a time (see ImportService).
                    relay.PublishEvent<QuestionResolved>(
                        (e, bus) =>
                            ImportCausation.IsOne(e.CausationId)
                                ? ValueTask.CompletedTask
                                : bus.PublishAsync(ScoreQuestion.Because(e, GenerationTrigger.Resolution))
                    );
                    relay.PublishEvent<ResolutionCorrected>(
                        (e, bus) =>
                            ImportCausation.IsOne(e.CausationId)
                                ? ValueTask.CompletedTask
                                : bus.PublishAsync(ScoreQuestion.Because(e, GenerationTrigger.Correction))
                    );
                    relay.PublishEvent<QuestionAnnulled>(
                        (e, bus) =>
                            ImportCausation.IsOne(e.CausationId)
                                ? ValueTask.CompletedTask
                                : bus.PublishAsync(ScoreQuestion.Because(e, GenerationTrigger.Annulment))
                    );
                    relay.PublishEvent<ResolutionTakenBack>(
                        (e, bus) => ImportCausation.IsOne(e.CausationId) ? ValueTask.CompletedTask : bus.PublishAsync(ClearScores.Because(e))
                    );
                    relay.PublishEvent<QuestionOpened>(
                        (e, bus) => ImportCausation.IsOne(e.CausationId) ? ValueTask.CompletedTask : bus.PublishAsync(new ScheduleClose(e.StreamKey!))
                    );
                    relay.PublishEvent<CloseRescheduled>((e, bus) => bus.PublishAsync(new ScheduleClose(e.StreamKey!)));
                }
            );
        builder.UseWolverine(options =>
        {
            options.ApplicationAssembly = typeof(ForecastWorker).Assembly;
            options.ServiceName = "forecasts-worker";
            options
                .Discovery.DisableConventionalDiscovery()
                .IncludeType(typeof(ScoreQuestionHandler))
                .IncludeType(typeof(ClearScoresHandler))
                .IncludeType(typeof(FollowConditionHandler))
                .IncludeType(typeof(MeetConditionHandler))
                .IncludeType(typeof(ScheduleCloseHandler))
                .IncludeType(typeof(CloseQuestionHandler));
            options.Policies.AutoApplyTransactions();
            options.Policies.UseDurableLocalQueues();
            // A lost race is retried, and an unavailable database returns. Neither is a reason to give up a message.
            options
                .Policies.OnException(
                    e => e is ConcurrencyException or Marten.Exceptions.ExistingStreamIdCollisionException or Marten.Exceptions.ConcurrentUpdateException,
                    "Somebody else was first"
                )
                .RetryWithCooldown(50.Milliseconds(), 200.Milliseconds(), 1.Seconds())
                .Then.ScheduleRetryIndefinitely(5.Seconds(), 30.Seconds());
            options
                .Policies.OnException(e => e.MayPass(), "The database is busy or away")
                .RetryWithCooldown(100.Milliseconds(), 1.Seconds(), 5.Seconds())
                .Then.ScheduleRetryIndefinitely(10.Seconds(), 1.Minutes());
            options.Durability.CheckAssignmentPeriod = 2.Seconds();
            options.Durability.HealthCheckPollingTime = 2.Seconds();
            options.Durability.StaleNodeTimeout = 10.Seconds();
            // Where the message that gives a node its work is lost, as on a full disk, the leader asks what runs and gives it out again. Its own patience is
            // five minutes, for starts that replay events; ours begin at once.
            options.Durability.AgentProgressPollInterval = 2.Seconds();
            options.Durability.AgentProgressStallTimeout = 10.Seconds();
            // The handlers' adapters are generated ahead of time (see docs/architecture.md). Compiling them at run time needs a compiler, and would delay the
            // first scoring.
            options.CodeGeneration.TypeLoadMode = TypeLoadMode.Static;
        });
        builder.Services.AddHostedService<KeepProjectionsRunning>();
        builder.Services.AddHostedService<ImportService>();
        if (schemaIsThere)
            builder.Services.ConfigureMarten(o => o.AutoCreateSchemaObjects = AutoCreate.None);
        else
            builder.Services.AddResourceSetupOnStartup();
        builder.Services.AddSingleton<DueExpiries>().AddHostedService<ExpireForecasts>();
        builder.AddWebhookDelivery();
        builder.AddLedger();
        return builder;
    }

    /// <summary>
    /// A connection that plans statements for their parameters each time. The worker's statements are few and large. With a generic plan for any types of
    /// events, each page of a view would scan everything that an import records, and need none of it.
    /// </summary>
    private static string PlannedAfresh(string connectionString)
    {
        var builder = new NpgsqlConnectionStringBuilder(connectionString);
        builder.Options = $"{builder.Options} -c plan_cache_mode=force_custom_plan".TrimStart();
        return builder.ConnectionString;
    }
}
