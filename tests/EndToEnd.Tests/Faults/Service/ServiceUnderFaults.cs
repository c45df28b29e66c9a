using System.Globalization;
using System.Security.Cryptography;
using Domain.Ledger.Notes;
using Npgsql;
using PostgresServer;
using Signing;

namespace EndToEnd.Tests.Faults.Service;

/// <summary>
/// The product as it is deployed where it matters: two processes of the API and two workers on one PostgreSQL. Every connection goes through a
/// <see cref="Wire"/>: from the clients to each API, and from each process to the database.
/// </summary>
internal sealed class ServiceUnderFaults : IAsyncDisposable
{
    /// <summary>The owner's token.</summary>
    public const string OwnerToken = "a-token-that-only-the-fault-harness-uses-0123456789";

    private static readonly KeyName LogName = KeyName.Parse("log.example/faults").Value;

    // The log of a run, and its tables, take a tenth of it.
    private const int DiskMebibytes = 1024;

    private ServiceUnderFaults(DurableCluster database, IReadOnlyList<Wire> toDatabase, IReadOnlyList<Wire> toApi, IReadOnlyList<Node> nodes) =>
        (Database, ToDatabase, ToApi, Nodes) = (database, toDatabase, toApi, nodes);

    public DurableCluster Database { get; }

    /// <summary>From each of <see cref="Nodes"/>, in their order, to the database.</summary>
    public IReadOnlyList<Wire> ToDatabase { get; }

    /// <summary>From the clients to each of the APIs.</summary>
    public IReadOnlyList<Wire> ToApi { get; }

    /// <summary>The APIs, and then the workers.</summary>
    public IReadOnlyList<Node> Nodes { get; }

    public IReadOnlyList<Node> Apis => [.. Nodes.Take(2)];

    public IReadOnlyList<Node> Workers => [.. Nodes.Skip(2)];

    /// <summary>Where clients ask.</summary>
    public IReadOnlyList<Uri> Addresses => [.. ToApi.Select(w => new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{w.Port}")))];

    /// <summary>Connects to the database directly, past every wire.</summary>
    public string ConnectionString => Database.ConnectionString;

    /// <summary>The disk on which a part of the database is; null where this machine gives none.</summary>
    public SmallDisk? Disk { get; private init; }

    /// <summary>Why there is no <see cref="Disk"/>.</summary>
    public string? WhyNoDisk { get; private init; }

    /// <summary>Whether the log of the database is on <see cref="Disk"/>, rather than its tables.</summary>
    public bool LogIsOnDisk { get; private init; }

    /// <summary>
    /// The clocks of the second API and the second worker; none where they were not asked for, or this machine has none. The others go by the machine's.
    /// </summary>
    public IReadOnlyList<SteppedClock> Clocks { get; private init; } = [];

    /// <summary>Why there are no <see cref="Clocks"/>.</summary>
    public string? WhyNoClocks { get; private init; }

    /// <summary>The disk on which the database is, and which can lose its power; null where it was not asked for, or this machine gives none.</summary>
    public LossyDisk? LossyDisk { get; private init; }

    /// <summary>Why there is no <see cref="LossyDisk"/>.</summary>
    public string? WhyNoLossyDisk { get; private init; }

    /// <summary>The key that the ledger's checkpoints are signed with.</summary>
    public required VerifierKey LedgerKey { get; init; }

    /// <summary>Where both workers keep a copy of the ledger as plain files.</summary>
    public required string LedgerFolder { get; init; }

    /// <param name="logIsOnSmallDisk">Which part of the database is put on a small disk: its log, or its tables.</param>
    /// <param name="isLossy">Whether all of it is put on a disk that can lose its power instead.</param>
    /// <param name="hasClocks">Whether one API and one worker go by clocks that can be set.</param>
    /// <param name="logs">The beginning of the names of the files in which the processes leave what they said; null for none.</param>
    public static async Task<ServiceUnderFaults> StartAsync(bool logIsOnSmallDisk, bool isLossy, bool hasClocks, string? logs)
    {
        var database = await DurableCluster.CreateAsync(Waiting.FreePort());
        var (disk, whyNoDisk) = isLossy ? (null, "the database is on another disk") : await SmallDisk.TryMountAsync(DiskMebibytes);
        var (lossy, whyNotLossy) = isLossy ? await LossyDisk.TryMountAsync(DiskMebibytes) : (null, "only with --lossy-disk");
        if (disk is not null)
            await database.PutOnAsync(disk.Folder, logIsOnSmallDisk ? "pg_wal" : "base");
        if (lossy is not null)
            await database.PutOnAsync(lossy.Folder, "");
        var clocks = hasClocks ? new[] { SteppedClock.IfInstalled(), SteppedClock.IfInstalled() }.OfType<SteppedClock>().ToList() : [];
        var toDatabase = Enumerable.Range(0, 4).Select(_ => Wire.To(database.Port)).ToList();
        var ports = new[] { Waiting.FreePort(), Waiting.FreePort() };
        var toApi = ports.Select(Wire.To).ToList();
        var (signer, quantumSafe) = (Signatures.NewKey(LogName, SignatureType.Ed25519), Signatures.NewKey(LogName, SignatureType.MlDsa44Cosignature));
        var folder = Directory.CreateTempSubdirectory("forecasts-faults-ledger-").FullName;
        var secret = Convert.ToBase64String(SHA256.HashData("the harness's webhooks"u8));

        Dictionary<string, string> Environment(int node) =>
            new(node % 2 == 1 && clocks.Count > 0 ? clocks[node / 2].Environment : new Dictionary<string, string>())
            {
                ["ConnectionStrings__Forecasts"] = new NpgsqlConnectionStringBuilder(database.ConnectionString)
                {
                    Port = toDatabase[node].Port,
                    // All of them together must fit the server, with what a killed process leaves behind until the server notices.
                    MaxPoolSize = 30,
                }.ConnectionString,
                // Ten minutes, in hexadecimal: none lives long enough to gain by having its code compiled a second time, which takes a third of its time.
                ["DOTNET_TC_CallCountingDelayMs"] = "927C0",
                ["Webhooks__AllowPrivateAddresses"] = "true",
                ["Webhooks__SecretKey"] = secret,
                // A delivery that a fault hits is tried again within the run, and is never given up.
                ["Webhooks__TimeoutSeconds"] = "2",
                ["Webhooks__LeaseSeconds"] = "5",
                ["Webhooks__FirstRetrySeconds"] = "1",
                ["Webhooks__RetryFactor"] = "1.5",
                ["Webhooks__LongestRetrySeconds"] = "5",
                ["Webhooks__Attempts"] = "1000",
                ["Live__HeartbeatSeconds"] = "2",
                ["Ledger__Origin"] = LogName.Value,
                ["Ledger__Ed25519Key"] = signer.Format(),
                ["Ledger__MlDsa44Key"] = quantumSafe.Format(),
                ["Ledger__Folder"] = folder,
            };

        Node Api(int i) =>
            Node.Start(
                $"api-{i + 1}",
                "Api",
                Environment(i),
                Log($"api-{i + 1}"),
                "--urls",
                string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{ports[i]}"),
                "--Worker:InProcess",
                "false",
                "--Access:OwnerToken",
                OwnerToken,
                "--Catalogue:Load",
                "false"
            );
        Node Worker(int i) => Node.Start($"worker-{i - 1}", "Worker", Environment(i), Log($"worker-{i - 1}"));
        string? Log(string node) => logs is null ? null : $"{logs}-{node}.log";

        // The first makes the tables alone; the others find them.
        var first = Api(0);
        using (var owner = Waiting.Client(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{ports[0]}"), OwnerToken))
            await Waiting.ReadyAsync(owner);
        var nodes = new[] { first, Api(1), Worker(2), Worker(3) };
        return new ServiceUnderFaults(database, toDatabase, toApi, nodes)
        {
            LedgerKey = Signatures.Signer(signer).Value.Key,
            LedgerFolder = folder,
            Disk = disk,
            WhyNoDisk = whyNoDisk,
            LogIsOnDisk = logIsOnSmallDisk,
            LossyDisk = lossy,
            WhyNoLossyDisk = whyNotLossy,
            Clocks = clocks,
            WhyNoClocks =
                !hasClocks ? "only with --stepped-clocks"
                : clocks.Count == 0 ? "libfaketime is not installed"
                : null,
        };
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in Nodes)
            await node.DisposeAsync();
        foreach (var wire in ToApi.Concat(ToDatabase))
            await wire.DisposeAsync();
        await Database.DisposeAsync();
        if (Disk is not null)
            await Disk.DisposeAsync();
        if (LossyDisk is not null)
            await LossyDisk.DisposeAsync();
        foreach (var clock in Clocks)
            clock.Dispose();
        Directory.Delete(LedgerFolder, recursive: true);
    }
}
