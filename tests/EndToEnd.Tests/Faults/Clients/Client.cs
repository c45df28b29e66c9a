using System.Globalization;
using System.Text.Json;
using EndToEnd.Tests.Faults.History;

namespace EndToEnd.Tests.Faults.Clients;

/// <summary>Somebody who uses the service all the time, one thing after the other. What it does follows from its own random numbers.</summary>
internal abstract class Client(Asking asking, Random random)
{
    private int _keys;
    private int _markers;

    /// <summary>Ends everything at once, whatever it waits for.</summary>
    public required CancellationToken GivenUp { get; init; }

    /// <summary>How many times longer than usual it thinks; 1 or more.</summary>
    public required int Calm { get; init; }

    protected Random Random => random;

    protected Asking Asking => asking;

    /// <summary>The longest that it thinks between two things; with less, what starts again waits for the processor and for nothing else.</summary>
    protected virtual TimeSpan Thought => TimeSpan.FromMilliseconds(500);

    /// <summary>Goes on until it is told that it is enough, and finishes what it has begun.</summary>
    /// <param name="enough">Nothing new is begun after this.</param>
    public virtual async Task RunAsync(CancellationToken enough)
    {
        while (!enough.IsCancellationRequested)
        {
            await StepAsync();
            await Task.Delay(Thought * (Calm * random.NextDouble()), GivenUp);
        }
    }

    /// <summary>Does one thing.</summary>
    protected abstract Task StepAsync();

    /// <summary>A text that is in no other request of the run, by which what is recorded of it is known again.</summary>
    protected string NextMarker() => string.Create(CultureInfo.InvariantCulture, $"words {++_markers} of client {asking.Client}");

    /// <summary>A key that nobody else uses.</summary>
    protected string NextKey() => string.Create(CultureInfo.InvariantCulture, $"client-{asking.Client}-{++_keys}");

    /// <summary>Writes with a key, and repeats it until it is answered.</summary>
    protected Task<ClientOperation> SurelyAsync(
        Person caller,
        OperationKind kind,
        HttpMethod method,
        string path,
        object? body = null,
        string? ifMatch = null
    ) => asking.UntilAnsweredAsync(new Ask(caller, kind, method, path, Json(body), NextKey(), ifMatch), GivenUp);

    /// <summary>Writes without a key, and never learns whether it happened where the answer is lost.</summary>
    protected Task<ClientOperation> OnceAsync(Person caller, OperationKind kind, HttpMethod method, string path, object? body = null, string? ifMatch = null) =>
        asking.OnceAsync(new Ask(caller, kind, method, path, Json(body), Key: null, ifMatch), GivenUp);

    /// <summary>Writes in one of the two ways, more often with a key.</summary>
    protected Task<ClientOperation> EitherWayAsync(
        Person caller,
        OperationKind kind,
        HttpMethod method,
        string path,
        object? body = null,
        string? ifMatch = null
    ) => random.Next(3) > 0 ? SurelyAsync(caller, kind, method, path, body, ifMatch) : OnceAsync(caller, kind, method, path, body, ifMatch);

    protected Task<ClientOperation> ReadAsync(Person caller, string path) =>
        asking.OnceAsync(new Ask(caller, OperationKind.Read, HttpMethod.Get, path), GivenUp);

    /// <summary>Reads again until there is an answer.</summary>
    protected Task<ClientOperation> ReadSurelyAsync(Person caller, string path) =>
        asking.UntilAnsweredAsync(new Ask(caller, OperationKind.Read, HttpMethod.Get, path), GivenUp);

    protected static string? Json(object? body) => body is null ? null : JsonSerializer.Serialize(body, JsonSerializerOptions.Web);
}
