using System.Text.Json;
using EndToEnd.Tests.Faults.History;

namespace EndToEnd.Tests.Faults.Checking.Rules;

/// <summary>An import that was accepted ends, its good rows are recorded once each, its bad ones not at all, and its counts are those of its rows.</summary>
internal static class ImportedRows
{
    public static IEnumerable<Finding> Check(FaultHistory history, StoreContents store)
    {
        var recorded = new Dictionary<string, List<StoredEvent>>(StringComparer.Ordinal);
        foreach (var stored in store.Events.Where(e => e.Import is not null))
        {
            using var data = JsonDocument.Parse(stored.Data);
            foreach (var text in Texts(data.RootElement).Distinct(StringComparer.Ordinal))
            {
                if (!recorded.TryGetValue(text, out var events))
                    recorded.Add(text, events = []);
                events.Add(stored);
            }
        }

        var kept = store.Imports.ToDictionary(i => i.Id, StringComparer.Ordinal);
        foreach (var file in history.Imports)
        {
            if (file.Import is not { } id)
                continue;
            if (!kept.TryGetValue(id, out var import))
            {
                yield return new Finding(nameof(ImportedRows), $"The import {id} was accepted and is not there.", file.Operation);
                continue;
            }

            if (import.Status is not ("succeeded" or "Succeeded"))
                yield return new Finding(nameof(ImportedRows), $"The import {id} stands at '{import.Status}'.", file.Operation);
            var good = file.Rows.Count(r => r.IsGood);
            if ((import.Read, import.Accepted, import.Refused) != (file.Rows.Count, good, file.Rows.Count - good))
            {
                yield return new Finding(
                    nameof(ImportedRows),
                    $"The import {id} counts {import.Read} rows, {import.Accepted} of them good; the file has {file.Rows.Count}, {good} of them good.",
                    file.Operation
                );
            }

            if (file.End is { } end)
            {
                using var seen = JsonDocument.Parse(end);
                var told = (
                    seen.RootElement.GetProperty("read").GetInt64(),
                    seen.RootElement.GetProperty("accepted").GetInt64(),
                    seen.RootElement.GetProperty("recorded").GetInt64()
                );
                if (told != (import.Read, import.Accepted, import.Recorded))
                    yield return new Finding(
                        nameof(ImportedRows),
                        $"The import {id} was shown with {told}, and is kept with {(import.Read, import.Accepted, import.Recorded)}.",
                        file.Operation
                    );
            }

            foreach (var row in file.Rows)
            {
                var found = recorded.GetValueOrDefault(row.Marker, []);
                if (row.IsGood && found.Count != 1)
                    yield return new Finding(
                        nameof(ImportedRows),
                        $"Line {row.Line} of the import {id} ('{row.Marker}') is recorded {found.Count} times.",
                        file.Operation,
                        found.LastOrDefault()?.Sequence
                    );
                if (!row.IsGood && found.Count > 0)
                    yield return new Finding(
                        nameof(ImportedRows),
                        $"Line {row.Line} of the import {id} ('{row.Marker}') is to be refused, and is recorded.",
                        file.Operation,
                        found[0].Sequence
                    );
            }
        }
    }

    private static IEnumerable<string> Texts(JsonElement element) =>
        element.ValueKind switch
        {
            JsonValueKind.String => [element.GetString()!],
            JsonValueKind.Array => element.EnumerateArray().SelectMany(Texts),
            JsonValueKind.Object => element.EnumerateObject().SelectMany(p => Texts(p.Value)),
            _ => [],
        };
}
