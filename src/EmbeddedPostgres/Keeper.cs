using System.Diagnostics;
using System.Globalization;

namespace EmbeddedPostgres;

/// <summary>Starts a server together with a keeper that stops it when this process ends, however it ends.</summary>
internal static class Keeper
{
    public static Process Launch(PostgresBinaries binaries, string cluster, int port, bool durable, ServerAccount? account)
    {
        string[] settings =
        [
            "listen_addresses=127.0.0.1",
            $"port={port}",
            "unix_socket_directories=",
            "max_connections=200",
            $"shared_buffers={SharedMegabytes()}MB",
            "max_wal_size=4GB",
            "idle_in_transaction_session_timeout=60s",
            "log_checkpoints=off",
            // No statement here runs so long that compiling it would pay, and the cluster lies on the machine's own disk.
            "jit=off",
            "random_page_cost=1.1",
            .. durable ? (string[])["wal_compression=on"] : ["wal_compression=off", "fsync=off", "synchronous_commit=off", "full_page_writes=off"],
        ];
        string[] arguments = ["-D", Path.Combine(cluster, "data"), .. settings.SelectMany(s => new[] { "-c", s })];
        var server = account is null ? [binaries.Postgres, .. arguments] : account.Wrap(binaries.Postgres, arguments).ToArray();

        // The keeper is a shell in a session of its own (Ctrl+C in a terminal reaches us, not it). It reads from a pipe that we hold: when we
        // end, however we end, the read ends and it stops the server.
        ProcessStartInfo start;
        if (OperatingSystem.IsWindows())
        {
            start = new ProcessStartInfo(server[0], server[1..]);
        }
        else
        {
            const string Keep = """
                umask 077
                trap '' INT HUP TERM
                log=$1; shift
                exec 3<&0
                "$@" >>"$log" 2>&1 </dev/null 3<&- &
                server=$!
                ( read _ignored <&3; kill -INT $server 2>/dev/null ) &
                reader=$!
                exec 3<&- </dev/null
                wait $server
                code=$?
                kill -KILL $reader 2>/dev/null
                exit $code
                """;
            string[] shell = ["sh", "-c", Keep, "forecasts-postgres", Path.Combine(cluster, "server.log"), .. server];
            start = OperatingSystem.IsLinux() ? new ProcessStartInfo("setsid", shell) : new ProcessStartInfo(shell[0], shell[1..]);
        }

        start.RedirectStandardInput = true;
        start.UseShellExecute = false;
        start.WorkingDirectory = cluster;
        // glibc gives memory back to the system at the end of every statement that took more than 128 KiB, and has each of its pages zeroed and
        // mapped anew for the next one.
        foreach (var threshold in (string[])["MALLOC_TRIM_THRESHOLD_", "MALLOC_MMAP_THRESHOLD_"])
        {
            start.Environment.TryAdd(threshold, (8 << 20).ToString(CultureInfo.InvariantCulture));
        }

        return Process.Start(start) ?? throw new InvalidOperationException("PostgreSQL's keeper did not start.");
    }

    /// <summary>A sixteenth of the memory that we may have, between what any machine has and what the largest imports gain from.</summary>
    private static long SharedMegabytes() => Math.Clamp(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 16 >> 20, 128, 1024);
}
