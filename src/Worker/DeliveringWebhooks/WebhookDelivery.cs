using Microsoft.Extensions.DependencyInjection.Extensions;
using Store.Webhooks;
using Worker.EventNotifications;

namespace Worker.DeliveringWebhooks;

/// <summary>Adds what webhooks need to a host.</summary>
public static class WebhookDelivery
{
    /// <summary>Adds what both hosts need: the storage of webhooks and the check of their addresses.</summary>
    public static IServiceCollection AddWebhooks(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(configuration.GetSection("Webhooks").Get<WebhookOptions>() ?? new WebhookOptions());
        services.AddSingleton<WebhookSecrets>();
        services.AddSingleton<WebhookSender>();
        services.AddSingleton<Deliveries>();
        return services;
    }

    /// <summary>Adds the delivery itself.</summary>
    public static IHostApplicationBuilder AddWebhookDelivery(this IHostApplicationBuilder builder)
    {
        builder.Services.AddWebhooks(builder.Configuration);
        builder.Services.TryAddSingleton<EventNotifier>();
        builder.Services.AddHostedService<SealWebhookSecrets>();
        builder.Services.AddHostedService<EnqueueDeliveries>();
        builder.Services.AddHostedService<DeliverWebhooks>();
        return builder;
    }
}
