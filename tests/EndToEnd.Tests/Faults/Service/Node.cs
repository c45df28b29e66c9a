using System.Globalization;

namespace EndToEnd.Tests.Faults.Service;

/// <summary>
/// A process of the product with somebody who starts it again whenever it ends, as a container's restart policy does.
/// </summary>
internal sealed class Node : IAsyncDisposable
{
    private static readonly TimeSpan BeforeRestart = TimeSpan.FromMilliseconds(200);

    private readonly string _project;
    private readonly IReadOnlyDictionary<string, string> _environment;
    private readonly string[] _arguments;
    private readonly string? _log;
    private readonly CancellationTokenSource _ending = new();
    private readonly Task _supervision;
    private readonly List<string> _endings = [];
    private volatile ProductProcess _process;
    private volatile ProductProcess? _killed;

    private Node(string name, string project, IReadOnlyDictionary<string, string> environment, string? log, string[] arguments)
    {
        (Name, _project, _environment, _log, _arguments) = (name, project, environment, log, arguments);
        _process = ProductProcess.Start(project, environment, arguments);
        _supervision = SuperviseAsync();
    }

    public string Name { get; }

    /// <summary>What the process said last whenever it ended and nobody had killed it.</summary>
    public IReadOnlyList<string> Endings
    {
        get
        {
            lock (_endings)
                return [.. _endings];
        }
    }

    /// <param name="name">What it is called.</param>
    /// <param name="project">Which project it runs.</param>
    /// <param name="environment">Its environment.</param>
    /// <param name="log">The file in which it leaves what it said whenever it ends; null for none.</param>
    /// <param name="arguments">Its arguments.</param>
    public static Node Start(string name, string project, IReadOnlyDictionary<string, string> environment, string? log, params string[] arguments) =>
        new(name, project, environment, log, arguments);

    /// <summary>Kills it; it is started again at once.</summary>
    public async Task KillAsync()
    {
        _killed = _process;
        await _process.KillAsync();
    }

    /// <summary>Stops it where it is.</summary>
    public Task FreezeAsync() => _process.SignalAsync("STOP");

    /// <summary>Lets it go on.</summary>
    public Task ThawAsync() => _process.SignalAsync("CONT");

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        // It may be about to be started again.
        while (!_supervision.IsCompleted)
        {
            await KillAsync();
            await Task.WhenAny(_supervision, Task.Delay(20));
        }

        await _process.DisposeAsync();
        _ending.Dispose();
    }

    private async Task SuperviseAsync()
    {
        while (true)
        {
            await _process.ExitAsync();
            if (_log is not null)
                await File.AppendAllTextAsync(_log, $"{_process.Output}{DateTime.UtcNow:HH:mm:ss} ended{Environment.NewLine}");
            if (_ending.IsCancellationRequested)
                return;
            if (_killed != _process)
            {
                lock (_endings)
                {
                    var last = string.Join(Environment.NewLine, _process.Output.TrimEnd().Split(Environment.NewLine).TakeLast(8));
                    _endings.Add(string.Create(CultureInfo.InvariantCulture, $"{DateTime.UtcNow:HH:mm:ss} {Name} ended with {_process.ExitCode}: {last}"));
                }

                await Task.Delay(BeforeRestart);
            }

            if (_ending.IsCancellationRequested)
                return;
            _process = ProductProcess.Start(_project, _environment, _arguments);
        }
    }
}
