using System.Globalization;
using System.Text.Json;
using Api.Access;
using Api.Http;
using Domain;
using Domain.People;
using JasperFx.Events;
using Marten;
using Store;

namespace Api.Auditing;

public sealed record AuditedEvent(
    Guid EventId, long Sequence, string Stream, long Version, string Type, DateTimeOffset RecordedAt, string? Actor, string? Correlation, string? Causation, object Data);

/// <summary>Every event that was ever recorded, with who, when and because of what.</summary>
public static class AuditedEvents
{
    public static void MapAudit(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/audit/events", ListAsync).Needs(Role.Auditor, Role.Admin)
            .Knows("question", "analyst", "type", "from", "to", "correlation", "limit", "cursor").Produces<Page<AuditedEvent>>().WithMetadata(OtherForms.Lines);

    private static async Task<IResult> ListAsync(HttpContext http, IQuerySession session)
    {
        var request = http.Request;
        var limit = request.Limit();
        IQueryable<IEvent> query = session.Events.QueryAllRawEvents();
        if (request.Cursor() is { } cursor)
        {
            if (!long.TryParse(cursor, CultureInfo.InvariantCulture, out var after)) return Problems.Invalid("cursor", "'cursor' is not one that this service gave out.");
            query = query.Where(e => e.Sequence > after);
        }

        if (request.Text("question") is { } slug)
        {
            var (question, scoring, forecasts) = (StreamKeys.Question(slug), StreamKeys.Scoring(slug), StreamKeys.Forecasts(slug));
            if (!StreamKeys.IsForecaster(slug)) return Problems.Invalid("question", "'question' is a question's slug.");
            query = query.Where(e => e.StreamKey == question || e.StreamKey == scoring || e.StreamKey!.StartsWith(forecasts));
        }

        if (request.Text("analyst") is { } analyst)
        {
            if (!StreamKeys.IsForecaster(analyst)) return Problems.Invalid("analyst", "'analyst' is an analyst's name.");
            var (own, suffix) = (StreamKeys.Analyst(analyst), "/" + analyst);
            query = query.Where(e => e.StreamKey == own || e.StreamKey!.EndsWith(suffix));
        }

        if (request.Text("type") is { } type)
        {
            if (EventNames.All.FirstOrDefault(t => t.Key.Name == type || t.Value == type).Value is not { } name)
            {
                return Problems.Invalid("type", $"There is no event '{type}'; there are {string.Join(", ", EventNames.All.Keys.Select(k => k.Name))}.");
            }

            query = query.Where(e => e.EventTypeName == name);
        }

        if (request.Instant("from") is { } from) query = query.Where(e => e.Timestamp >= from);
        if (request.Instant("to") is { } to) query = query.Where(e => e.Timestamp < to);
        if (request.Text("correlation") is { } correlation) query = query.Where(e => e.CorrelationId == correlation);

        var events = await query.OrderBy(e => e.Sequence).Take(limit + 1).ToListAsync(http.RequestAborted);
        var page = Page<AuditedEvent>.Of([.. events.Select(Answer)], limit, e => e.Sequence.ToString(CultureInfo.InvariantCulture));
        var accept = request.Headers.Accept.ToString();
        if (page.Next is { } next && (accept.Contains("ndjson", StringComparison.Ordinal) || accept.Contains("csv", StringComparison.Ordinal)))
        {
            http.Response.Headers.Link = $"<?cursor={next}>; rel=\"next\"";
        }

        var json = http.RequestServices.GetRequiredService<Microsoft.Extensions.Options.IOptions<Microsoft.AspNetCore.Http.Json.JsonOptions>>().Value.SerializerOptions;
        if (accept.Contains("application/x-ndjson", StringComparison.Ordinal)) return Results.Text(string.Concat(page.Items.Select(e => JsonSerializer.Serialize(e, json) + "\n")), "application/x-ndjson");
        return accept.Contains("text/csv", StringComparison.Ordinal) ? Results.Text(Csv(page.Items, json), "text/csv") : Results.Ok(page);
    }

    private static AuditedEvent Answer(IEvent e) =>
        new(e.Id, e.Sequence, e.StreamKey!, e.Version, e.Data.GetType().Name, e.Timestamp, e.UserName, e.CorrelationId, e.CausationId, e.Data is TokenIssued t ? t with { Hash = "" } : e.Data);

    private static string Csv(IEnumerable<AuditedEvent> events, JsonSerializerOptions json)
    {
        static string Quote(string? text) => text is null ? "" : "\"" + text.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"";
        return "event_id,sequence,stream,version,type,recorded_at,actor,correlation,causation,data\n" + string.Concat(events.Select(e => string.Create(
            CultureInfo.InvariantCulture,
            $"{e.EventId},{e.Sequence},{Quote(e.Stream)},{e.Version},{e.Type},{e.RecordedAt.UtcDateTime:O},{Quote(e.Actor)},{Quote(e.Correlation)},{Quote(e.Causation)},{Quote(JsonSerializer.Serialize(e.Data, json))}\n")));
    }
}
