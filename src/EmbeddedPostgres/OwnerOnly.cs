namespace EmbeddedPostgres;

/// <summary>
/// Folders and files that their owner alone reads: databases, logs, tokens, keys and what is spilled to the disk meanwhile. On Windows a folder's
/// own access list says so, and nothing is done here.
/// </summary>
public static class OwnerOnly
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode PrivateFolder = Private | UnixFileMode.UserExecute;

    /// <summary>
    /// Makes a folder, or closes one that is there. As root it stays open to go through, not to look into: PostgreSQL then runs under another
    /// account, and its cluster lies below.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <param name="isPassage">Whether PostgreSQL's account must go through it.</param>
    public static void MakeFolder(string folder, bool isPassage = false)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
            return;
        }

        var mode = isPassage && Environment.IsPrivilegedProcess ? PrivateFolder | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute : PrivateFolder;
        Directory.CreateDirectory(folder, mode);
        // The process's mask may have taken more away, and a folder that was there keeps its mode.
        if (File.GetUnixFileMode(folder) == mode)
            return;
        try
        {
            File.SetUnixFileMode(folder, mode);
        }
        catch (UnauthorizedAccessException)
        {
            // It is another account's, which says who may look into it.
        }
    }

    /// <summary>Closes a file that is there.</summary>
    public static void Close(string file)
    {
        if (!OperatingSystem.IsWindows() && File.Exists(file))
            File.SetUnixFileMode(file, Private);
    }

    /// <summary>How to open a file that, where it is made, its owner alone reads.</summary>
    public static FileStreamOptions Options(FileMode mode, FileAccess access = FileAccess.Write, FileShare share = FileShare.None)
    {
        var options = new FileStreamOptions
        {
            Mode = mode,
            Access = access,
            Share = share,
        };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = Private;
        return options;
    }

    /// <summary>Writes a text to a file that its owner alone reads, whatever it was before.</summary>
    public static async Task WriteAsync(string file, string text, CancellationToken token)
    {
        Close(file);
        await using var writer = new StreamWriter(file, Options(FileMode.Create));
        await writer.WriteAsync(text.AsMemory(), token);
    }
}
