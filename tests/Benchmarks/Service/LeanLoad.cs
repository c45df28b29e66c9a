using System.Globalization;
using System.Text;

namespace Benchmarks.Service;

/// <summary>Connections that each send their own requests, one after another and again from the first.</summary>
internal static class LeanLoad
{
    /// <summary>Loads a service for a time.</summary>
    /// <param name="port">Where it listens.</param>
    /// <param name="requests">By connection, what it sends in turn.</param>
    /// <param name="warmUp">Not counted.</param>
    /// <param name="time">Counted.</param>
    /// <exception cref="InvalidOperationException">A request is refused.</exception>
    public static async Task<Latencies> OfAsync(int port, byte[][][] requests, TimeSpan warmUp, TimeSpan time)
    {
        var connections = await Task.WhenAll(requests.Select(_ => LeanConnection.OpenAsync(port)));
        try
        {
            return await Latencies.OfAsync(
                [
                    .. connections.Select(
                        (connection, i) =>
                        {
                            var (mine, n) = (requests[i], 0);
                            return (Func<Task>)(() => ExpectAsync(connection, mine[n++ % mine.Length]));
                        }
                    ),
                ],
                warmUp,
                time
            );
        }
        finally
        {
            foreach (var connection in connections)
                connection.Dispose();
        }
    }

    /// <summary>Sends a request that has to be taken.</summary>
    /// <param name="connection">Through what.</param>
    /// <param name="request">The request.</param>
    /// <param name="lines">How many lines the answer has to have; null for any number.</param>
    /// <exception cref="InvalidOperationException">It is refused, or answered otherwise.</exception>
    public static async Task ExpectAsync(LeanConnection connection, byte[] request, int? lines = null)
    {
        var answer = await connection.AskAsync(request);
        if (answer.Status is not (200 or 201) || (lines is not null && answer.Lines != lines))
        {
            throw new InvalidOperationException(
                $"Answered {answer.Status}, {answer.Lines} lines, to {Encoding.UTF8.GetString(request.AsSpan(0, Math.Min(200, request.Length)))}"
            );
        }
    }

    /// <summary>Submissions of one forecaster on one question, from 1 % to 97 %.</summary>
    public static byte[][] Submissions(string slug, string token) =>
        [
            .. Enumerable
                .Range(1, 97)
                .Select(p =>
                    LeanConnection.Request(
                        "PUT",
                        $"/questions/{slug}/forecast",
                        token,
                        $$"""{"probability":{{(p / 100.0).ToString(CultureInfo.InvariantCulture)}}}"""
                    )
                ),
        ];
}
