using Domain.Resolutions;
using Marten;
using Npgsql;
using Store.Scoring;

namespace Store.Operations;

/// <summary>The questions that wait to be scored, and why.</summary>
/// <param name="ByTrigger">The number of questions that wait for each trigger. The generation will carry the trigger.</param>
/// <param name="Dependents">The questions that wait because a question on which they rest has changed.</param>
public sealed record WaitingScorings(IReadOnlyDictionary<GenerationTrigger, int> ByTrigger, IReadOnlyList<Dependent> Dependents)
{
    /// <summary>The number of waiting questions. A question that waits for two reasons counts twice.</summary>
    public int Count => ByTrigger.Values.Sum() + Dependents.Count;

    /// <summary>A summary in one sentence.</summary>
    public string InWords
    {
        get
        {
            var reasons = ByTrigger
                .OrderByDescending(t => t.Value)
                .ThenBy(t => t.Key.Word(), StringComparer.Ordinal)
                .Select(t => $"{t.Value} because of {Reason(t.Key)}")
                .ToList();
            if (Dependents.Count > 0)
            {
                var because = Dependents.Select(d => d.Because).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
                reasons.Add(
                    $"{Dependents.Count} because others changed on which they rest "
                        + $"({string.Join(", ", because.Take(3))}{(because.Count > 3 ? $" and {because.Count - 3} more" : "")})"
                );
            }

            return $"{Count} {(Count == 1 ? "question waits" : "questions wait")} to be scored: {string.Join(", ", reasons)}.";
        }
    }

    /// <summary>Finds the waiting questions.</summary>
    /// <param name="connectionString">The database.</param>
    /// <param name="options">The configuration of the event store.</param>
    /// <param name="token">Ends the look.</param>
    public static async Task<WaitingScorings> FindAsync(string connectionString, IReadOnlyStoreOptions options, CancellationToken token)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(token);
        var pending = new Dictionary<GenerationTrigger, int>();
        await using (var command = new NpgsqlCommand($"select trigger, count(*)::int from {ScoringTables.Pending} group by trigger", connection))
        {
            await using var reader = await command.ExecuteReaderAsync(token);
            while (await reader.ReadAsync(token))
                pending.Add(GenerationTriggers.OfWord(reader.GetString(0)), reader.GetInt32(1));
        }

        var (followed, last) = await Scoring.Dependents.ProgressAsync(connection, token);
        return new WaitingScorings(pending, await Scoring.Dependents.OfAsync(connection, options, followed, last, token));
    }

    private static string Reason(GenerationTrigger trigger) =>
        trigger switch
        {
            GenerationTrigger.Resolution => "a new outcome",
            GenerationTrigger.Correction => "a corrected outcome",
            GenerationTrigger.Annulment => "an annulment",
            GenerationTrigger.TakenBack => "an outcome taken back",
            GenerationTrigger.LateImport => "forecasts that came in after the outcome",
            GenerationTrigger.Revelation => "sealed forecasts that were revealed after the outcome",
            GenerationTrigger.OtherQuestions => "others that changed, after a first try failed",
            _ => trigger.Word(),
        };
}
