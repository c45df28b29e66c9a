using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;
using EmbeddedPostgres;

namespace Cli.Witnessing;

/// <summary>Writes files that are there, whole, after a loss of power.</summary>
internal static class DurableFile
{
    private const int ReadOnly = 0;

    /// <summary>Puts a file in the place of another at once. When it returns, the new one is on the disk, and so is its name.</summary>
    public static void Write(string file, byte[] bytes)
    {
        var made = $"{file}.new";
        using (var stream = new FileStream(made, OwnerOnly.Options(FileMode.Create)))
        {
            stream.Write(bytes);
            stream.Flush(flushToDisk: true);
        }

        File.Move(made, file, overwrite: true);
        FlushFolder(Path.GetDirectoryName(file)!);
    }

    /// <summary>Makes a folder whose name is on the disk when it returns.</summary>
    public static void MakeFolder(string folder)
    {
        OwnerOnly.MakeFolder(folder);
        FlushFolder(Path.GetDirectoryName(folder)!);
    }

    /// <summary>
    /// Writes a folder's names to the disk. Windows keeps them in its journal; elsewhere a file that was moved could have its old name again.
    /// </summary>
    private static void FlushFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
            return;
        // .NET opens files alone.
        var handle = Open(Encoding.UTF8.GetBytes(folder + '\0'), ReadOnly);
        if (handle < 0)
            throw new IOException($"{folder} cannot be opened.", new Win32Exception(Marshal.GetLastPInvokeError()));
        try
        {
            if (Synchronize(handle) != 0)
                throw new IOException($"{folder} cannot be written to the disk.", new Win32Exception(Marshal.GetLastPInvokeError()));
        }
        finally
        {
            _ = Close(handle);
        }
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open(byte[] path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Synchronize(int handle);

    [DllImport("libc", EntryPoint = "close", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Close(int handle);
}
