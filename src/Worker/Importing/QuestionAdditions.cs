using System.Text.Json;
using System.Text.Json.Serialization;
using Domain.Questions;
using Store.Importing;

namespace Worker.Importing;

/// <summary>What was added to a question after its draft, as exports write it: clarifications and evidence, each as a JSON array.</summary>
internal static class QuestionAdditions
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        PropertyNameCaseInsensitive = false,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        AllowDuplicateProperties = false,
        Converters = { new UtcInstantConverter() },
    };

    /// <summary>The events of the row's cells.</summary>
    public static IReadOnlyList<object> Read(ImportRow row, DateTimeOffset now, ref RefusedRow? refused)
    {
        var additions = new List<object>();
        foreach (var c in Entries<Clarification>(row, QuestionColumns.Clarifications, "{text, at}", ref refused))
        {
            if (c.Text is not { Length: > 0 and <= 5_000 })
                refused ??= row.Refuse("clarifications", "A clarification has 1 to 5,000 characters.");
            additions.Add(new CriteriaClarified(c.Text, c.At));
        }

        foreach (var e in Entries<FiledEvidence>(row, QuestionColumns.Evidence, "{occurredAt, title, source, url}", ref refused))
        {
            var logged = new EvidenceLogged(e.OccurredAt, e.Title, e.Source, e.Url);
            if (QuestionDecisions.LogEvidence(logged, now) is { IsRefused: true } wrong)
                refused ??= row.Refuse("evidence", $"{wrong.Refusals[0].Field}: {wrong.Refusals[0].Detail}");
            additions.Add(logged);
        }

        return additions;
    }

    private static T[] Entries<T>(ImportRow row, int place, string form, ref RefusedRow? refused)
        where T : class
    {
        if (row.Values[place] is not { } text)
            return [];
        try
        {
            if (JsonSerializer.Deserialize<T?[]>(text, Json) is { } entries && entries.All(e => e is not null))
                return entries!;
        }
        catch (JsonException)
        {
            // Reported below, without the parser's message.
        }

        refused ??= row.Refuse(
            QuestionColumns.Name(place),
            $"'{QuestionColumns.Name(place)}' is a JSON array of {form}, as exports write it; its instants are {Domain.Instants.Expected}."
        );
        return [];
    }

    private sealed record FiledEvidence(DateTimeOffset OccurredAt, string Title, string Source, string? Url = null);
}
