using System.Text.Json;
using System.Text.RegularExpressions;

namespace Api.Tests;

/// <summary>Holds a refusal to words that its reader can act on: none of them a framework's, and each 400 by field.</summary>
public static partial class PlainWords
{
    /// <summary>What is wrong with a problem document; null where nothing is.</summary>
    public static string? Fault(int status, string text)
    {
        if (text.Length == 0)
            return null;
        var problem = JsonDocument.Parse(text).RootElement;
        var detail = problem.GetProperty("detail").GetString()!;
        if (Foreign().Match(detail) is { Success: true } foreign)
            return $"'{foreign.Value}' in: {detail}";
        if (status != 400)
            return null;
        if (!problem.TryGetProperty("errors", out var errors) || !errors.EnumerateObject().Any())
            return $"no errors by field: {text}";
        foreach (var error in errors.EnumerateObject())
        {
            if (error.Name.Length == 0 || error.Name.StartsWith('$'))
                return $"a field called '{error.Name}': {text}";
            foreach (var said in error.Value.EnumerateArray().Select(e => e.GetString()!))
            {
                if (Foreign().Match(said) is { Success: true } other)
                    return $"'{other.Value}' in {error.Name}: {said}";
                if (said.Length < 15 || !said.EndsWith('.'))
                    return $"no sentence in {error.Name}: {said}";
            }
        }

        return null;
    }

    // Words of the serializer, of model binding, of the server, of the driver, of the event store; and names of types.
    [GeneratedRegex(
        @"could not be converted|JSON value|LineNumber|BytePositionInLine|\bPath: |[Dd]eserializ|invalid start|JSON token|Required parameter|"
            + @"was not provided|Failed to (bind|read)|nullab|type '|"
            + @"\b(System|Microsoft|Npgsql|Marten|Wolverine|JasperFx|Domain|Store|Worker)\.\w|\bApi\.\w|Exception|"
            + @"JsonElement|DateTimeOffset|Nullable|Int32|Int64|IReadOnly|Dictionary|"
            + @"DraftQuestion|ForecastBody|ForecastLine|RegisterAnalyst|SetRoles|IssueToken|RegisterWebhook|LogEvidence|"
            + @"ProposeResolution|ProposeAnnulment|ProposeTakingBack|GiveReason|RangeBody|QuantileBody|"
            + @"[Uu]nexpected (end|character)|is an invalid|The input |constraint|duplicate key|invalid input syntax|22P0|SQLSTATE"
    )]
    private static partial Regex Foreign();
}
