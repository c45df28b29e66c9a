using System.Net.Sockets;
using Domain.Ledger.Checkpoints;
using Domain.Ledger.Notes;
using EndToEnd.Tests.Faults.History;
using Signing;

namespace EndToEnd.Tests.Faults.Clients;

/// <summary>Asks each API in turn for the ledger's checkpoint, without a token, and takes down each that is another than the last.</summary>
internal sealed class LogFollower(IReadOnlyList<Uri> addresses, VerifierKey verifierKey, HistoryRecorder recorder)
{
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(250);

    private readonly INoteVerifier _verifier = NoteKeys.Verifier(verifierKey, Signatures.Algorithms);
    private long _order;

    /// <summary>Follows until it is told to stop.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(5) };
        CheckpointTold? last = null;
        for (var i = 0; !stop.IsCancellationRequested; i++)
        {
            try
            {
                var address = new Uri(addresses[i % addresses.Count], "/audit/ledger/checkpoint");
                using var response = await http.GetAsync(address, stop);
                // Before the first event there is none.
                if (response.IsSuccessStatusCode && Read(await response.Content.ReadAsByteArrayAsync(stop)) is var told && told != last)
                    recorder.Keep((last = told) with { Order = ++_order });
            }
            catch (Exception e) when (e is HttpRequestException or IOException or SocketException or OperationCanceledException)
            {
                // Cut off, or silent for too long: the next question goes to the other.
            }

            await Task.Delay(Between, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private CheckpointTold Read(byte[] bytes)
    {
        if (!SignedCheckpoint.Parse(bytes).Is(out var signed, out var malformed))
            return new CheckpointTold(0, 0, "", malformed.Reason);
        var flaw = signed.Note.Verify([_verifier]).Is(out _, out var unsigned) ? null : unsigned.Reason;
        return new CheckpointTold(0, signed.Checkpoint.Size, signed.Checkpoint.Root.ToString(), flaw);
    }
}
