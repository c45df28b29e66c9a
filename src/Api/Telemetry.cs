using System.Diagnostics.Metrics;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Npgsql;
using Worker;

namespace Api;

/// <summary>Traces and metrics of the whole trip; sent by OTLP where the standard variables name a receiver, and read at <c>/metrics</c>.</summary>
public static class Telemetry
{
    private static readonly Meter Meter = new(Reactions.Name);

    public static readonly Counter<long> Appends = Meter.CreateCounter<long>("forecasts.appends", "{commit}", "Commits of events by requests");

    public static void AddForecastTelemetry(this WebApplicationBuilder builder)
    {
        var telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(r => r.AddService("forecasts"))
            .WithTracing(t => t.AddAspNetCoreInstrumentation().AddNpgsql().AddSource(Reactions.Name, "Marten", "Wolverine"))
            .WithMetrics(m => m.AddAspNetCoreInstrumentation().AddRuntimeInstrumentation()
                .AddMeter(Reactions.Name, "Marten", "Wolverine*", "Npgsql").AddPrometheusExporter());
        if (Environment.GetEnvironmentVariable("OTEL_EXPORTER_OTLP_ENDPOINT") is { Length: > 0 }) telemetry.UseOtlpExporter();
    }
}
