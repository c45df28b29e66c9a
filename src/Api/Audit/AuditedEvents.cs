using System.Globalization;
using System.Text.Json;
using Api.Authorization;
using Api.ContentNegotiation;
using Api.Endpoints;
using Api.Paging;
using Api.Problems;
using Api.Requests;
using Domain;
using Domain.People;
using Domain.Questions;
using Domain.Resolutions;
using Domain.Scoring.Generations;
using JasperFx.Events;
using Marten;
using Store.Events;
using Store.Reading;
using Worker.EventNotifications;

namespace Api.Audit;

/// <summary>A recorded event, with who, when and because of what.</summary>
/// <param name="EventId">The id of the event.</param>
/// <param name="Sequence">Its place in the order of recording, over all streams.</param>
/// <param name="Stream">The stream that it belongs to.</param>
/// <param name="Version">Its place in the stream, from 1.</param>
/// <param name="Type">What happened.</param>
/// <param name="RecordedAt">When it was recorded.</param>
/// <param name="Actor">Who gave the command; null where it happened by itself.</param>
/// <param name="Correlation">The trace of the request that brought it about.</param>
/// <param name="Causation">The request or the event that brought it about.</param>
/// <param name="Data">What the event says; its fields depend on its type.</param>
public sealed record AuditedEvent(
    Guid EventId,
    long Sequence,
    string Stream,
    long Version,
    string Type,
    DateTimeOffset RecordedAt,
    string? Actor,
    string? Correlation,
    string? Causation,
    object Data
);

/// <summary>Every event that was ever recorded, with who, when and because of what.</summary>
public static class AuditedEvents
{
    private static readonly QueryParameter Question = QueryParameter.Text("question", "Only what concerns this question.");
    private static readonly QueryParameter Analyst = QueryParameter.Text("analyst", "Only what concerns this analyst.");
    private static readonly QueryParameter Type = QueryParameter.Text("type", "Only events of this kind.");
    private static readonly QueryParameter From = QueryParameter.Instant("from", "From this instant on.");
    private static readonly QueryParameter To = QueryParameter.Instant("to", "Before this instant.");
    private static readonly QueryParameter Correlation = QueryParameter.Text("correlation", "Only what this request (its trace id) brought about.");

    /// <summary>Maps everything of the audit trail and of the ledger.</summary>
    public static void MapAudit(this IEndpointRouteBuilder routes)
    {
        var audit = routes.MapGroup("").WithTags("Audit");
        LedgerTiles.Map(audit);
        LedgerLeaves.Map(audit);
        VerifyLedger.Map(audit);
        EraseTexts.Map(audit);
        audit
            .MapGet("/audit/events", ListAsync)
            .RequireAuthorization(Policies.Audit)
            .Knows([Question, Analyst, Type, From, To, Correlation, .. PageParameters.All])
            .Produces<Page<AuditedEvent>>()
            .WithMetadata(AlternateMediaTypes.Lines);
    }

    /// <summary>List every event that was recorded</summary>
    /// <remarks>As JSON, NDJSON or CSV, by Accept.</remarks>
    public static async Task<IResult> ListAsync(HttpContext http, IQuerySession session)
    {
        var request = http.Request;
        var limit = request.Limit();
        long after = 0;
        if (request.Cursor() is { } cursor && !long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out after))
        {
            return Problem.Invalid("cursor", "'cursor' is not one that this service gave out.");
        }

        var (question, analyst) = (request.Text(Question), request.Text(Analyst));
        if (question is not null && !StreamKeys.IsForecaster(question))
            return Problem.Invalid("question", "'question' is a question's slug.");
        if (analyst is not null && !StreamKeys.IsForecaster(analyst))
            return Problem.Invalid("analyst", "'analyst' is an analyst's name.");
        var type = request.Text(Type);
        var kind = type is null ? null : EventNames.All.Keys.FirstOrDefault(t => t.Name == type || EventNames.All[t] == type);
        if (type is not null && kind is null)
        {
            return Problem.Invalid("type", $"There is no event '{type}'; there are {string.Join(", ", EventNames.All.Keys.Select(k => k.Name))}.");
        }

        var filter = new AuditFilter(
            question is null ? null : new QuestionSlug(question),
            analyst is null ? null : new ForecasterName(analyst),
            kind,
            request.Instant(From),
            request.Instant(To),
            request.Text(Correlation)
        );
        var events = await AuditLog.PageAsync(session, filter, after, limit + 1, http.RequestAborted);
        var json = http
            .RequestServices.GetRequiredService<Microsoft.Extensions.Options.IOptions<Microsoft.AspNetCore.Http.Json.JsonOptions>>()
            .Value.SerializerOptions;
        var page = Page<AuditedEvent>.Of([.. events.Select(e => Answer(e, json))], limit, e => e.Sequence.ToString(CultureInfo.InvariantCulture));
        var accept = request.Headers.Accept.ToString();
        if (page.Next is { } next && (accept.Contains("ndjson", StringComparison.Ordinal) || accept.Contains("csv", StringComparison.Ordinal)))
        {
            http.Response.Headers.Link = $"<?cursor={next}>; rel=\"next\"";
        }

        if (accept.Contains("application/x-ndjson", StringComparison.Ordinal))
            return Results.Text(string.Concat(page.Items.Select(e => JsonSerializer.Serialize(e, json) + "\n")), "application/x-ndjson");
        return accept.Contains("text/csv", StringComparison.Ordinal) ? Results.Text(Csv(page.Items, json), "text/csv") : Results.Ok(page);
    }

    private static AuditedEvent Answer(IEvent e, JsonSerializerOptions json) =>
        new(e.Id, e.Sequence, e.StreamKey!, e.Version, e.Data.GetType().Name, e.Timestamp, e.UserName, e.CorrelationId, e.CausationId, Shown(e.Data, json));

    private static object Shown(object data, JsonSerializerOptions json) =>
        data switch
        {
            TokenIssued t => t with { Hash = "" },
            ResolutionProposed p => Outcome(p, p.Outcome, json),
            IConfirmedOutcome o => Outcome(o, o.Outcome, json),
            QuestionScored s => Outcome(s, s.Outcome, json),
            _ => data,
        };

    // Options that hold by degrees are an object here as everywhere, though the event holds its text.
    private static object Outcome(object data, string outcome, JsonSerializerOptions json)
    {
        if (OutcomeNode.Of(null, outcome) is not { } degrees)
            return data;
        var shown = JsonSerializer.SerializeToNode(data, data.GetType(), json)!.AsObject();
        shown["outcome"] = degrees;
        return shown;
    }

    private static string Csv(IEnumerable<AuditedEvent> events, JsonSerializerOptions json)
    {
        static string Quote(string? text) => text is null ? "" : "\"" + text.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"";
        return "event_id,sequence,stream,version,type,recorded_at,actor,correlation,causation,data\n"
            + string.Concat(
                events.Select(e =>
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{e.EventId},{e.Sequence},{Quote(e.Stream)},{e.Version},{e.Type},{Instants.Format(e.RecordedAt)},"
                            + $"{Quote(e.Actor)},{Quote(e.Correlation)},{Quote(e.Causation)},{Quote(JsonSerializer.Serialize(e.Data, json))}\n"
                    )
                )
            );
    }
}
