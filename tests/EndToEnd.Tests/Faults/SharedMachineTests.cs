using Samples;

namespace EndToEnd.Tests.Faults;

/// <summary>The lock by which test projects share the machine.</summary>
public sealed class SharedMachineTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Fact]
    public async Task Several_share_it_and_whoever_wants_it_alone_has_it_once_they_have_left()
    {
        var (one, two) = (new SharedMachine(_path), new SharedMachine(_path));
        var first = Task.Run(one.Alone, TestContext.Current.CancellationToken);
        Assert.False(first.IsCompleted);
        two.Dispose();
        var alone = await first;

        var next = Task.Run(() => new SharedMachine(_path), TestContext.Current.CancellationToken);
        Assert.Throws<IOException>(() => new FileStream(_path, FileMode.Open, FileAccess.Read, FileShare.Read));
        alone.Dispose();
        using var shares = await next;
        one.Dispose();
    }
}
