using Marten;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Store.Submitting;

/// <summary>Adds the queue through which forecasts are recorded.</summary>
public static class SubmittingServices
{
    public static IServiceCollection AddForecastSubmissions(this IServiceCollection services, string connectionString, SubmissionLimits? limits = null) =>
        services
            .AddSingleton<QuestionsAtHand>()
            .AddSingleton(s => new Submissions(
                s.GetRequiredService<IDocumentStore>(),
                connectionString,
                s.GetRequiredService<QuestionsAtHand>(),
                limits ?? new SubmissionLimits(),
                s.GetRequiredService<TimeProvider>(),
                s.GetRequiredService<ILogger<Submissions>>()
            ))
            .AddHostedService(s => s.GetRequiredService<Submissions>());
}
