using System.Diagnostics;
using Npgsql;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Worker;

/// <summary>Traces and metrics of the whole trip, for either host; sent by OTLP where the standard variables name a receiver.</summary>
public static class Telemetry
{
    private static readonly Lazy<ActivityListener> Handing = new(() =>
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == Instrumentation.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.PropagationData,
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    });

    /// <summary>Whether a receiver of traces is named. Without one no spans are made; trace ids go from hand to hand all the same.</summary>
    public static bool HasReceiver => Environment.GetEnvironmentVariable("OTEL_EXPORTER_OTLP_ENDPOINT") is { Length: > 0 };

    /// <summary>Adds the sources that both hosts share; a host adds its own to what this answers.</summary>
    public static OpenTelemetryBuilder AddForecastTelemetry(this IHostApplicationBuilder builder, string service)
    {
        var telemetry = builder
            .Services.AddOpenTelemetry()
            .ConfigureResource(r => r.AddService(service))
            .WithMetrics(m => m.AddMeter(Instrumentation.Name, "Marten", "Wolverine*", "Npgsql").AddRuntimeInstrumentation());
        if (HasReceiver)
            telemetry.WithTracing(t => t.AddSource(Instrumentation.Name, "Marten", "Wolverine").AddNpgsql()).UseOtlpExporter();
        else
            _ = Handing.Value;
        return telemetry;
    }
}
