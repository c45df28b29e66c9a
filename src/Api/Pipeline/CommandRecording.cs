using System.Diagnostics;
using Api.Requests;
using Domain;
using Marten;
using Store.Appending;
using Worker;

namespace Api.Pipeline;

/// <summary>What every write shares: the instant it is decided at, and the names under which it is recorded.</summary>
public static class CommandRecording
{
    /// <summary>The instant of the command, cut as the store keeps it.</summary>
    public static DateTimeOffset Now(this HttpContext context) => context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow().ToMicroseconds();

    /// <summary>Saves what was appended, under the request's trace.</summary>
    /// <exception cref="PreconditionException">The caller named a version and the endpoint has looked at none: nothing that exists is changed.</exception>
    public static async Task SaveAsync(this HttpContext context, IDocumentSession session)
    {
        EntityTags.RefuseUnlooked(context);
        session.IsTraced(context);
        await session.SaveChangesAsync(context.RequestAborted);
        Instrumentation.Appends.Add(1);
    }

    internal static void IsTraced(this IDocumentSession session, HttpContext context)
    {
        var activity = Activity.Current;
        session.CorrelationId = activity?.TraceId.ToString() ?? context.TraceIdentifier;
        session.CausationId = activity?.Id ?? context.TraceIdentifier;
    }
}
