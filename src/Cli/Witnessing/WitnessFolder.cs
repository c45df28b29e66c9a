using Domain.Ledger.Checkpoints;
using Domain.Ledger.Notes;
using Domain.Ledger.Witnesses;
using EmbeddedPostgres;

namespace Cli.Witnessing;

/// <summary>What a witness says to a request.</summary>
/// <param name="Decision">What it decided.</param>
/// <param name="Cosignatures">Its cosignatures; empty where it gives none.</param>
public sealed record WitnessAnswer(WitnessDecision Decision, IReadOnlyList<NoteSignature> Cosignatures);

/// <summary>
/// What a witness remembers: of each log the last checkpoint that it cosigned, a file each. The file is on the disk before the cosignature is given out,
/// so that no crash makes the witness cosign two trees that do not continue one another.
/// </summary>
public sealed class WitnessFolder : IDisposable
{
    private const string LockName = "witness.lock";
    private const string CheckpointName = "checkpoint";
    private const string ForkName = "fork";

    private readonly FileStream _held;
    private readonly IReadOnlyList<INoteSigner> _signers;
    private readonly TimeProvider _clock;
    private readonly Dictionary<string, WitnessedLog> _logs;

    private WitnessFolder(FileStream held, IReadOnlyList<INoteSigner> signers, Dictionary<string, WitnessedLog> logs, TimeProvider clock) =>
        (_held, _signers, _logs, _clock) = (held, signers, logs, clock);

    /// <summary>Opens the folder.</summary>
    /// <param name="folder">The folder; it is made where it is missing.</param>
    /// <param name="signers">Who cosigns.</param>
    /// <param name="logs">The keys of the logs that are witnessed. The name of a key is the origin of its log.</param>
    /// <param name="algorithms">The algorithms of signatures.</param>
    /// <param name="clock">The time of the cosignatures.</param>
    /// <exception cref="StartException">Another process has the folder, or a file in it cannot be read.</exception>
    public static WitnessFolder Open(
        string folder,
        IReadOnlyList<INoteSigner> signers,
        IReadOnlyCollection<VerifierKey> logs,
        SignatureAlgorithms algorithms,
        TimeProvider clock
    )
    {
        var place = Path.GetFullPath(folder);
        OwnerOnly.MakeFolder(place);
        var held = Hold(place);
        try
        {
            return new WitnessFolder(
                held,
                signers,
                logs.GroupBy(k => k.Name.Value)
                    .ToDictionary(
                        g => g.Key,
                        g => WitnessedLog.Open(place, g.Key, [.. g.Select(k => NoteKeys.Verifier(k, algorithms))]),
                        StringComparer.Ordinal
                    ),
                clock
            );
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>Decides on a request, remembers what it cosigns, and cosigns it.</summary>
    /// <param name="request">The request.</param>
    /// <param name="token">Ends the wait for those before it.</param>
    /// <exception cref="IOException">The folder cannot be written to. Nothing is cosigned.</exception>
    public async Task<WitnessAnswer> TakeAsync(AddCheckpointRequest request, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (!_logs.TryGetValue(request.Checkpoint.Checkpoint.Origin, out var log))
            return new WitnessAnswer(WitnessDecision.Of(null, request, []), []);
        await log.Turn.WaitAsync(token);
        try
        {
            var decision = WitnessDecision.Of(log.Last?.Checkpoint, request, log.Keys);
            if (decision.Kind == WitnessDecisionKind.Forked)
                log.KeepFork(request.Checkpoint);
            if (decision.Kind != WitnessDecisionKind.Cosign)
                return new WitnessAnswer(decision, []);
            var at = _clock.GetUtcNow().ToUnixTimeSeconds();
            IReadOnlyList<NoteSignature> cosignatures = [.. _signers.Select(s => s.Sign(request.Checkpoint.Note.Text, at))];
            // Of the one that it has already the witness gives another cosignature, and writes nothing.
            if (log.Last is null || request.Checkpoint.Checkpoint.Size > decision.KnownSize)
                log.Keep(request.Checkpoint.SignedBy([.. log.Keys.Select(k => k.Key)]).With(cosignatures));
            return new WitnessAnswer(decision, cosignatures);
        }
        finally
        {
            log.Turn.Release();
        }
    }

    /// <summary>The last checkpoint that was cosigned of a log, with the cosignatures; null where there is none.</summary>
    /// <param name="path">The path below the witness's prefix (<see cref="WitnessPaths.Checkpoint"/>).</param>
    public SignedCheckpoint? Last(string path) => _logs.Values.FirstOrDefault(l => l.Path == path)?.Last;

    /// <summary>Lets other processes have the folder.</summary>
    public void Dispose()
    {
        foreach (var log in _logs.Values)
            log.Dispose();
        _held.Dispose();
    }

    private static FileStream Hold(string folder)
    {
        try
        {
            return new FileStream(Path.Combine(folder, LockName), OwnerOnly.Options(FileMode.OpenOrCreate, FileAccess.ReadWrite));
        }
        catch (IOException)
        {
            throw new StartException($"Another witness works in {folder}. Two of them could cosign two trees of one log.");
        }
    }

    /// <summary>A log that is witnessed.</summary>
    private sealed class WitnessedLog : IDisposable
    {
        private readonly string _folder;

        private WitnessedLog(string folder, string path, IReadOnlyList<INoteVerifier> keys, SignedCheckpoint? last) =>
            (_folder, Path, Keys, Last) = (folder, path, keys, last);

        public string Path { get; }

        public IReadOnlyList<INoteVerifier> Keys { get; }

        public SignedCheckpoint? Last { get; private set; }

        public SemaphoreSlim Turn { get; } = new(1);

        public static WitnessedLog Open(string place, string origin, IReadOnlyList<INoteVerifier> keys)
        {
            var path = WitnessPaths.Checkpoint(origin);
            var file = System.IO.Path.Combine(place, path);
            var folder = System.IO.Path.GetDirectoryName(file)!;
            if (!File.Exists(file))
                return new WitnessedLog(folder, path, keys, null);
            // To begin anew would be to cosign whatever tree comes.
            return SignedCheckpoint.Parse(File.ReadAllBytes(file)).Is(out var last, out var malformed) && last.Checkpoint.Origin == origin
                ? new WitnessedLog(folder, path, keys, last)
                : throw new StartException($"{file} is no checkpoint of {origin}, and the witness does not know what it cosigned. {malformed?.Reason}");
        }

        public void Keep(SignedCheckpoint cosigned)
        {
            if (!Directory.Exists(_folder))
                DurableFile.MakeFolder(_folder);
            DurableFile.Write(System.IO.Path.Combine(_folder, CheckpointName), cosigned.Format());
            Last = cosigned;
        }

        /// <summary>Keeps the first of two trees of one size that the log has signed: with the checkpoint beside it, it proves the fork to everybody.</summary>
        public void KeepFork(SignedCheckpoint other)
        {
            var file = System.IO.Path.Combine(_folder, ForkName);
            if (File.Exists(file))
                return;
            DurableFile.Write($"{file}.checkpoint", Last!.Format());
            DurableFile.Write(file, other.SignedBy([.. Keys.Select(k => k.Key)]).Format());
        }

        public void Dispose() => Turn.Dispose();
    }
}
