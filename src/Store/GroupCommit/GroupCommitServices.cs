using Marten;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Store.GroupCommit;

/// <summary>Adds the queue through which forecasts are recorded.</summary>
public static class GroupCommitServices
{
    /// <summary>Adds the queue. The host starts and stops it.</summary>
    /// <param name="services">The services.</param>
    /// <param name="connectionString">The database.</param>
    /// <param name="limits">How much may wait; null for the defaults.</param>
    public static IServiceCollection AddForecastSubmissions(this IServiceCollection services, string connectionString, GroupCommitLimits? limits = null) =>
        services
            .AddSingleton<QuestionCache>()
            .AddSingleton(s => new GroupCommitQueue(
                s.GetRequiredService<IDocumentStore>(),
                connectionString,
                s.GetRequiredService<QuestionCache>(),
                limits ?? new GroupCommitLimits(),
                s.GetRequiredService<TimeProvider>(),
                s.GetRequiredService<ILogger<GroupCommitQueue>>()
            ))
            .AddHostedService(s => s.GetRequiredService<GroupCommitQueue>());
}
