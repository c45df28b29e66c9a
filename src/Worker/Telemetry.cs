using System.Diagnostics;
using System.Diagnostics.Metrics;
using Npgsql;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Worker;

/// <summary>Traces and metrics for either host, sent by OTLP if the standard variables name a receiver.</summary>
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

    /// <summary>Whether a receiver of traces is named. Without one no spans are made, but trace ids are still passed on.</summary>
    public static bool HasReceiver => Environment.GetEnvironmentVariable("OTEL_EXPORTER_OTLP_ENDPOINT") is { Length: > 0 };

    // The library's default buckets are 0, 5, 10, … seconds. Nearly everything takes less than a second, which they only report as less than five.
    private static readonly double[] Seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 10, 30, 60];

    /// <summary>Adds the sources that both hosts share, and returns the builder for the host's own.</summary>
    public static OpenTelemetryBuilder AddForecastTelemetry(this IHostApplicationBuilder builder, string service)
    {
        var telemetry = builder
            .Services.AddOpenTelemetry()
            .ConfigureResource(r => r.AddService(service))
            .WithMetrics(m => m.AddMeter(Instrumentation.Name, "Marten", "Wolverine*", "Npgsql").AddRuntimeInstrumentation().AddView(Buckets));
        if (HasReceiver)
            telemetry.WithTracing(t => t.AddSource(Instrumentation.Name, "Marten", "Wolverine").AddNpgsql()).UseOtlpExporter();
        else
            _ = Handing.Value;
        return telemetry;
    }

    private static MetricStreamConfiguration? Buckets(Instrument instrument) =>
        instrument is Histogram<double> { Unit: "s" } ? new ExplicitBucketHistogramConfiguration { Boundaries = Seconds } : null;
}
