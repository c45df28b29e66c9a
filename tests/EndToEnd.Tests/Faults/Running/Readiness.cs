using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using EndToEnd.Tests.Faults.Clients;
using EndToEnd.Tests.Faults.History;

namespace EndToEnd.Tests.Faults.Running;

/// <summary>Finds out when the service is back: each API says that it is ready, and answers a write.</summary>
internal sealed class Readiness(IReadOnlyList<(Asking Asking, Person Person)> probes, string question)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(25);

    private static readonly HttpClient Health = new(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.Zero, UseProxy = false })
    {
        Timeout = TimeSpan.FromSeconds(2),
    };

    private int _writes;

    /// <summary>Waits until it is back.</summary>
    /// <returns>What was missing, and for how long, in the order in which it was.</returns>
    /// <exception cref="TimeoutException">It did not come back; the message says what was missing.</exception>
    public async Task<IReadOnlyList<string>> BackAsync(CancellationToken token)
    {
        var began = Stopwatch.GetTimestamp();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(token);
        patience.CancelAfter(Patience);
        var missing = probes.Select((_, i) => new Missing($"api-{i + 1}")).ToList();
        try
        {
            await Task.WhenAll(probes.Select((p, i) => ApiBackAsync(p.Asking, p.Person, missing[i], patience.Token)));
            return [.. missing.SelectMany(m => m.Told)];
        }
        catch (OperationCanceledException) when (!token.IsCancellationRequested)
        {
            throw new TimeoutException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"After {Stopwatch.GetElapsedTime(began).TotalSeconds:0} s the service was not back: {string.Join("; ", missing.SelectMany(m => m.Told))}"
                )
            );
        }
    }

    private async Task ApiBackAsync(Asking asking, Person person, Missing missing, CancellationToken token)
    {
        while (await WhyNotReadyAsync(asking.Address, token) is { } why)
        {
            missing.Say(why);
            await Task.Delay(Between, token);
        }

        missing.Say("no write is answered");
        var key = string.Create(CultureInfo.InvariantCulture, $"probe {Interlocked.Increment(ref _writes)} of client {asking.Client}").Replace(' ', '-');
        var body = $"{{\"probability\":0.5,\"rationale\":\"{key}\"}}";
        await asking.UntilAnsweredAsync(new Ask(person, OperationKind.Forecast, HttpMethod.Put, $"/questions/{question}/forecast", body, key), token);
        missing.Say(null);
    }

    private static async Task<string?> WhyNotReadyAsync(Uri address, CancellationToken token)
    {
        try
        {
            using var response = await Health.GetAsync(new Uri(address, "/health/ready"), token);
            return response.IsSuccessStatusCode ? null : await response.Content.ReadAsStringAsync(token);
        }
        catch (Exception e)
            when (e is HttpRequestException or IOException or SocketException || (e is OperationCanceledException && !token.IsCancellationRequested))
        {
            return e is OperationCanceledException ? "its health is not answered" : "it is not there";
        }
    }

    /// <summary>What was missing of one API, one thing after the other.</summary>
    private sealed class Missing(string api)
    {
        private readonly List<string> _told = [];
        private long _since = Stopwatch.GetTimestamp();
        private string? _now;

        public IEnumerable<string> Told => _now is null ? _told : [.. _told, $"{api}: {_now}"];

        public void Say(string? what)
        {
            if (what == _now)
                return;
            if (_now is not null)
                _told.Add(string.Create(CultureInfo.InvariantCulture, $"{api} {Stopwatch.GetElapsedTime(_since).TotalSeconds:0.0} s: {_now}"));
            (_now, _since) = (what, Stopwatch.GetTimestamp());
        }
    }
}
