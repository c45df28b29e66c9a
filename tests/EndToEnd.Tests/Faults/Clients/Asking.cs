using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using EndToEnd.Tests.Faults.History;

namespace EndToEnd.Tests.Faults.Clients;

/// <summary>A request, before it is sent.</summary>
/// <param name="Caller">Who asks.</param>
/// <param name="Kind">What for.</param>
/// <param name="Key">The Idempotency-Key; null for none.</param>
internal sealed record Ask(
    Person Caller,
    OperationKind Kind,
    HttpMethod Method,
    string Path,
    string? Body = null,
    string? Key = null,
    string? IfMatch = null,
    string ContentType = "application/json"
);

/// <summary>Somebody with a token.</summary>
internal sealed record Person(string Name, string Token);

/// <summary>Sends what a client asks for, and takes down what it was told.</summary>
/// <remarks>
/// Each request goes out once, on a connection of its own: on one that was used before, .NET's client repeats by itself what found the connection closed.
/// </remarks>
internal sealed class Asking(int client, IReadOnlyList<Uri> addresses, HistoryRecorder recorder, Random random)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan BeforeRepeating = TimeSpan.FromMilliseconds(100);

    private static readonly HttpClient Http = new(
        new SocketsHttpHandler
        {
            PooledConnectionLifetime = TimeSpan.Zero,
            UseProxy = false,
            AllowAutoRedirect = false,
            ActivityHeadersPropagator = null,
        }
    )
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    private int _address = random.Next(addresses.Count);

    public int Client => client;

    public HistoryRecorder Recorder => recorder;

    /// <summary>Where the next request goes.</summary>
    public Uri Address => addresses[_address % addresses.Count];

    /// <summary>The id of the first of the requests by which the last thing was asked for.</summary>
    public long FirstAttempt { get; private set; }

    /// <summary>Takes the other address from now on.</summary>
    public void Turn() => _address++;

    /// <summary>Asks once. A client that gets no answer turns to the other address.</summary>
    public async Task<ClientOperation> OnceAsync(Ask ask, CancellationToken token)
    {
        // A client has no favourite for long, as behind a balancer.
        if (random.Next(4) == 0)
            Turn();
        var answer = await SendAsync(ask, token);
        FirstAttempt = answer.Id;
        return answer;
    }

    /// <summary>Asks again, with the same key, until there is an answer that says something.</summary>
    public async Task<ClientOperation> UntilAnsweredAsync(Ask ask, CancellationToken token)
    {
        var answer = await OnceAsync(ask, token);
        while (answer.Status is null or >= 500 or 408 or 425 or 429)
        {
            await Task.Delay(BeforeRepeating, token);
            answer = await SendAsync(ask, token);
        }

        return answer;
    }

    private async Task<ClientOperation> SendAsync(Ask ask, CancellationToken token)
    {
        var operation = new ClientOperation
        {
            Id = recorder.NextId(),
            Client = client,
            Caller = ask.Caller.Name,
            Kind = ask.Kind,
            Method = ask.Method.Method,
            Path = ask.Path,
            Body = ask.Body,
            IdempotencyKey = ask.Key,
            IfMatch = ask.IfMatch,
            AskedAt = DateTimeOffset.UtcNow,
        };
        recorder.Keep(operation);
        var answered = await AnsweredAsync(ask, operation, token) with { AnsweredAt = DateTimeOffset.UtcNow };
        recorder.Keep(answered);
        if (answered.Status is null or >= 500)
            Turn();
        return answered;
    }

    private async Task<ClientOperation> AnsweredAsync(Ask ask, ClientOperation operation, CancellationToken token)
    {
        using var request = new HttpRequestMessage(ask.Method, new Uri(Address, ask.Path));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", ask.Caller.Token);
        request.Headers.Add("traceparent", operation.TraceParent);
        if (ask.Key is not null)
            request.Headers.Add("Idempotency-Key", ask.Key);
        if (ask.IfMatch is not null)
            request.Headers.TryAddWithoutValidation("If-Match", ask.IfMatch);
        if (ask.Body is not null)
            request.Content = new StringContent(ask.Body, Encoding.UTF8) { Headers = { ContentType = new MediaTypeHeaderValue(ask.ContentType) } };
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(token);
        patience.CancelAfter(Patience);
        try
        {
            using var response = await Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
            operation = operation with
            {
                Status = (int)response.StatusCode,
                ETag = response.Headers.ETag?.ToString(),
                IsReplayed = response.Headers.Contains("Idempotent-Replayed"),
            };
            var body = new StringBuilder();
            try
            {
                using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(patience.Token));
                var buffer = new char[8 << 10];
                while (await reader.ReadAsync(buffer, patience.Token) is > 0 and var read)
                    body.Append(buffer, 0, read);
                return operation with { AnswerBody = body.ToString() };
            }
            catch (Exception e)
                when (ask.Kind == OperationKind.ForecastBatch && e is HttpRequestException or IOException or SocketException or OperationCanceledException)
            {
                // Cut off between two lines: those that came are acknowledged, and nothing is known of the others.
                var whole = body.ToString();
                return operation with { Status = null, AnswerBody = whole[..(whole.LastIndexOf('\n') + 1)] };
            }
        }
        catch (Exception e) when (e is HttpRequestException or IOException or SocketException or OperationCanceledException)
        {
            token.ThrowIfCancellationRequested();
            // A status whose body was cut off is known all the same.
            return operation;
        }
    }
}
