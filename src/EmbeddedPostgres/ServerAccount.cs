using System.Globalization;

namespace EmbeddedPostgres;

/// <summary>The unprivileged user that runs the server when we are root, which PostgreSQL refuses to be.</summary>
internal sealed record ServerAccount(int UserId, int GroupId)
{
    /// <summary>The account to change to, or null where the server can run as ourselves.</summary>
    public static ServerAccount? Needed()
    {
        if (OperatingSystem.IsWindows() || !Environment.IsPrivilegedProcess)
            return null;
        var users = File.ReadLines("/etc/passwd").Select(l => l.Split(':')).Where(f => f.Length > 3).ToDictionary(f => f[0], f => f);
        foreach (var name in new[] { "postgres", "nobody" })
        {
            if (users.TryGetValue(name, out var fields))
            {
                return new ServerAccount(int.Parse(fields[2], CultureInfo.InvariantCulture), int.Parse(fields[3], CultureInfo.InvariantCulture));
            }
        }

        throw new InvalidOperationException("PostgreSQL does not run as root, and there is neither a user 'postgres' nor 'nobody' to run it as.");
    }

    /// <summary>The command that runs <paramref name="program"/> as this account.</summary>
    public IEnumerable<string> Wrap(string program, IEnumerable<string> arguments) =>
        ["setpriv", $"--reuid={UserId}", $"--regid={GroupId}", "--clear-groups", program, .. arguments];
}
