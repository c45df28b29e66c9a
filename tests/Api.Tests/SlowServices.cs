using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Api.Running;
using EmbeddedPostgres;

namespace Api.Tests;

/// <summary>A service that takes long to answer is not taken for one that is gone.</summary>
public sealed class SlowServices : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("forecasts-slow-").FullName;

    // Connections come in, since the system takes them, and nobody answers.
    private readonly TcpListener _silent = new(IPAddress.Loopback, 0);

    public SlowServices() => _silent.Start();

    [Fact]
    public async Task One_whose_process_lives_is_told_apart_from_none()
    {
        Announce(Environment.ProcessId);
        var late = await Assert.ThrowsAsync<TimeoutException>(() => DataFolder.FindAsync(_folder, CancellationToken.None, TimeSpan.FromMilliseconds(200)));
        Assert.Contains($"process {Environment.ProcessId}) runs", late.Message, StringComparison.Ordinal);
        Assert.Contains("has not answered in 0.2 s", late.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_whose_process_is_gone_is_none()
    {
        Announce(int.MaxValue);
        Assert.Null(await DataFolder.FindAsync(_folder, CancellationToken.None, TimeSpan.FromMilliseconds(200)));
    }

    [Fact]
    public async Task Where_nothing_listens_any_more_it_is_known_at_once()
    {
        Announce(Environment.ProcessId);
        _silent.Stop();
        Assert.Null(await DataFolder.FindAsync(_folder, CancellationToken.None));
    }

    public void Dispose()
    {
        _silent.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private void Announce(int process) =>
        File.WriteAllText(
            Path.Combine(_folder, "service.json"),
            JsonSerializer.Serialize(new RunningService($"http://{_silent.LocalEndpoint}", process, "one"), JsonSerializerOptions.Web)
        );
}
