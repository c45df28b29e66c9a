namespace EmbeddedPostgres;

/// <summary>Held while a cluster is looked at, made or started, so that only one process at a time does so; gone when its holder is.</summary>
internal sealed class StartLock : IAsyncDisposable
{
    /// <summary>What the systems say of a file that another process has locked: Linux, macOS and Windows.</summary>
    private static readonly int[] Locked = [11, 35, unchecked((int)0x80070020)];

    private readonly FileStream _file;

    private StartLock(FileStream file) => _file = file;

    /// <summary>Waits until nobody else holds the folder's lock.</summary>
    public static async Task<StartLock> TakeAsync(string folder, CancellationToken token)
    {
        while (true)
        {
            try
            {
                return new StartLock(new FileStream(Path.Combine(folder, "start.lock"), OwnerOnly.Options(FileMode.OpenOrCreate, FileAccess.ReadWrite)));
            }
            catch (IOException e) when (Locked.Contains(e.HResult))
            {
                await Task.Delay(50, token);
            }
        }
    }

    public ValueTask DisposeAsync() => _file.DisposeAsync();
}
