using System.Security.Cryptography;
using Microsoft.Extensions.Logging;

namespace EmbeddedPostgres;

/// <summary>Makes a cluster where there is none.</summary>
internal static class ClusterInitialisation
{
    /// <summary>Makes the cluster's files, and a password for its owner that the owner of the folder alone can read.</summary>
    public static async Task RunAsync(
        PostgresBinaries binaries,
        string cluster,
        string passwordFile,
        ServerAccount? account,
        ILogger logger,
        CancellationToken token
    )
    {
        logger.LogInformation("Making a PostgreSQL {Version} cluster in {Folder}", binaries.MajorVersion, cluster);
        await OwnerOnly.WriteAsync(passwordFile, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24)), token);
        if (account is not null)
            await Commands.RunAsync("chown", [$"{account.UserId}:{account.GroupId}", passwordFile], token);
        // Made aside and moved into place: a start that is cut off meanwhile leaves nothing that looks like a cluster.
        var data = Path.Combine(cluster, "data.new");
        if (Directory.Exists(data))
            Directory.Delete(data, recursive: true);
        string[] arguments = ["-D", data, "-U", "forecasts", "-A", "scram-sha-256", $"--pwfile={passwordFile}", "-E", "UTF8", "--locale=C", "--no-sync"];
        var command = account is null ? [binaries.Initdb, .. arguments] : account.Wrap(binaries.Initdb, arguments).ToArray();
        await Commands.RunAsync(command[0], command[1..], token);
        Directory.Move(data, Path.Combine(cluster, "data"));
    }
}
