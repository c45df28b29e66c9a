namespace Samples;

/// <summary>
/// Lets the test projects of one <c>dotnet test</c> share the machine, and one of their tests have it alone. A project shares it for as long as its process
/// tests. A test that takes both processors for minutes waits until no other project tests, and those that come meanwhile wait for it.
/// </summary>
public sealed class SharedMachine : IDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(100);

    private readonly string _lock;
    private FileStream _held;

    /// <summary>Shares the machine with the other tests of this user.</summary>
    public SharedMachine()
        : this(Path.Combine(Path.GetTempPath(), $"forecasts-tests-{Environment.UserName}.lock")) { }

    /// <summary>Shares what a file stands for.</summary>
    /// <param name="path">The file, which is made where it is missing.</param>
    internal SharedMachine(string path)
    {
        _lock = path;
        _held = Hold(FileShare.Read);
    }

    /// <summary>Waits until no other project tests, and keeps them from it until the result is disposed of.</summary>
    /// <exception cref="TimeoutException">Others tested for more than half an hour.</exception>
    public IDisposable Alone()
    {
        _held.Dispose();
        _held = Hold(FileShare.None);
        return new Share(this);
    }

    /// <summary>Leaves the machine to the others.</summary>
    public void Dispose() => _held.Dispose();

    // An open file is a lock that goes with its process, however that ends: other readers may open it too, or nobody.
    private FileStream Hold(FileShare share)
    {
        for (var until = DateTimeOffset.UtcNow + Longest; ; Thread.Sleep(BetweenLooks))
        {
            try
            {
                return new FileStream(_lock, FileMode.OpenOrCreate, share == FileShare.None ? FileAccess.ReadWrite : FileAccess.Read, share);
            }
            catch (IOException) when (DateTimeOffset.UtcNow < until) { }
            catch (IOException e)
            {
                throw new TimeoutException($"Other tests held '{_lock}' for {Longest.TotalMinutes:0} minutes.", e);
            }
        }
    }

    private sealed class Share(SharedMachine machine) : IDisposable
    {
        public void Dispose()
        {
            machine._held.Dispose();
            machine._held = machine.Hold(FileShare.Read);
        }
    }
}
