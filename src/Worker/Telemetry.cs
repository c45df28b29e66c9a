using Npgsql;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Worker;

/// <summary>Traces and metrics of the whole trip, for either host; sent by OTLP where the standard variables name a receiver.</summary>
public static class Telemetry
{
    /// <summary>Adds the sources that both hosts share; a host adds its own to what this answers.</summary>
    public static OpenTelemetryBuilder AddForecastTelemetry(this IHostApplicationBuilder builder, string service)
    {
        var telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(r => r.AddService(service))
            .WithTracing(t => t.AddSource(Reactions.Name, "Marten", "Wolverine").AddNpgsql())
            .WithMetrics(m => m.AddMeter(Reactions.Name, "Marten", "Wolverine*", "Npgsql").AddRuntimeInstrumentation());
        if (Environment.GetEnvironmentVariable("OTEL_EXPORTER_OTLP_ENDPOINT") is { Length: > 0 }) telemetry.UseOtlpExporter();
        return telemetry;
    }
}
