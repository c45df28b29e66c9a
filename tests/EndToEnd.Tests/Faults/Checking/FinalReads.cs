using System.Globalization;
using EndToEnd.Tests.Faults.History;

namespace EndToEnd.Tests.Faults.Checking;

/// <summary>What the API answers when a run is over, read by one more client: every forecast's history, and what stood at instants of the run.</summary>
internal static class FinalReads
{
    /// <summary>The number of the client that reads.</summary>
    public const int Client = 1_000_000;

    private const int InstantsOfQuestion = 12;

    /// <summary>Reads through an address, under a token that may read everything.</summary>
    public static async Task<IReadOnlyList<ClientOperation>> AllAsync(StoreContents store, long lastId, Uri address, string token)
    {
        using var client = Waiting.Client(address.ToString(), token);
        client.Timeout = TimeSpan.FromSeconds(60);
        var reads = new List<ClientOperation>();
        foreach (var path in Paths(store))
        {
            var asked = DateTimeOffset.UtcNow;
            using var response = await client.GetAsync(new Uri(path, UriKind.Relative));
            reads.Add(
                new ClientOperation
                {
                    Id = ++lastId,
                    Client = Client,
                    Caller = "owner",
                    Kind = OperationKind.Read,
                    Method = "GET",
                    Path = path,
                    AskedAt = asked,
                    AnsweredAt = DateTimeOffset.UtcNow,
                    Status = (int)response.StatusCode,
                    AnswerBody = await response.Content.ReadAsStringAsync(),
                    ETag = response.Headers.ETag?.ToString(),
                }
            );
        }

        return reads;
    }

    private static IEnumerable<string> Paths(StoreContents store)
    {
        foreach (var stream in store.Events.Where(e => e.Stream.StartsWith("forecast/", StringComparison.Ordinal)).GroupBy(e => e.Stream))
            yield return $"/questions/{stream.First().Subject}/forecasts/{stream.Key.Split('/')[2]}";
        foreach (var question in store.Events.Where(e => e.IsForecastStep && e.Import is null).GroupBy(e => e.Subject))
        {
            // Spread over the run, each at the very instant of an event, which is included.
            var instants = question.Select(e => e.At).Distinct().Order().ToList();
            var read = Math.Min(InstantsOfQuestion, instants.Count);
            for (var i = 0; i < read; i++)
            {
                var at = Text(instants[(int)((long)(instants.Count - 1) * i / Math.Max(1, read - 1))]);
                yield return $"/questions/{question.Key}/forecasts?asOf={Text(instants[^1])}&knownAt={at}";
                yield return $"/questions/{question.Key}/forecasts?asOf={at}&knownAt={at}";
                yield return $"/questions/{question.Key}/forecasts?asOf={at}";
            }
        }
    }

    private static string Text(DateTimeOffset instant) => instant.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture);
}
