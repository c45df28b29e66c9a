using System.Text.Json;
using Api.Audit;
using Api.Imports;
using Api.Pages.Frame;
using Api.Pages.Reading;
using Api.Paging;
using Domain.People;

namespace Api.Pages.Auditing;

/// <summary>A page of the audit trail.</summary>
/// <param name="Events">The events.</param>
/// <param name="Next">The address of the next page; null on the last.</param>
/// <param name="ReadsImports">Whether the reader may look at imports.</param>
public sealed record AuditModel(IReadOnlyList<AuditedEvent> Events, string? Next, bool ReadsImports);

/// <summary>The list of imports.</summary>
/// <param name="Imports">The imports of the page.</param>
/// <param name="Next">The address of the next page; null on the last.</param>
public sealed record ImportsModel(IReadOnlyList<ImportAnswer> Imports, string? Next);

/// <summary>The pages of the audit trail and of imports.</summary>
internal static class AuditPages
{
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static async Task<IResult> EventsAsync(PageRequest page)
    {
        var query = page.Http.Request.Query.Select(q => new KeyValuePair<string, string?>(q.Key, q.Value));
        var events = await page.GetAsync<Page<AuditedEvent>>("/audit/events", query: query);
        var frame = page.Frame(page.Texts["audit.title"], Place.Audit);
        return page.Show<AuditView>(
            frame with
            {
                Forms = [new("JSON", frame.Form(".json")), new("NDJSON", frame.Form(".ndjson")), new("CSV", frame.Form(".csv"))],
            },
            new AuditModel(
                events.Items,
                events.Next is { } next ? frame.Here(("cursor", next)) : null,
                page.Roles.Any(r => r is Role.Importer or Role.Auditor or Role.Admin)
            )
        );
    }

    public static async Task<IResult> ImportsAsync(PageRequest page)
    {
        var query = page.Http.Request.Query.Select(q => new KeyValuePair<string, string?>(q.Key, q.Value));
        var imports = await page.GetAsync<Page<ImportAnswer>>("/imports", query: query);
        var frame = page.Frame(page.Texts["imports.title"], Place.Audit);
        return page.Show<ImportsView>(frame, new ImportsModel(imports.Items, imports.Next is { } next ? frame.Here(("cursor", next)) : null));
    }

    public static async Task<IResult> ImportAsync(PageRequest page)
    {
        var import = await page.GetAsync<ImportAnswer>("/imports/{id}", page.Values);
        var kind = page.Texts.Find($"importKind.{Domain.Spelling.Of(import.Kind)}") ?? Domain.Spelling.Of(import.Kind);
        var frame = page.Frame(page.Texts.Say("imports.one", kind), Place.Audit);
        return page.Show<ImportView>(frame with { Forms = [new("JSON", frame.Form(".json"))] }, import);
    }

    /// <summary>What an event says, field under field.</summary>
    internal static string Written(object data) => JsonSerializer.Serialize(data, Indented);
}
