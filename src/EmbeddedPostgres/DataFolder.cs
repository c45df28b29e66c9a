using System.Net.Http.Json;
using System.Text.Json;
using EmbeddedPostgres;

namespace EmbeddedPostgres;

/// <summary>A service that says it runs on a data folder.</summary>
/// <param name="Address">Where it answers.</param>
/// <param name="Process">The id of its process.</param>
/// <param name="Instance">The name that it took at its start, by which it is known from another service that answers there now.</param>
public sealed record RunningService(string Address, int Process, string Instance);

/// <summary>
/// A data folder while a service runs on it: held, so that no second one does, and with a file that says where it answers. Commands read that, so that they
/// speak to the service of their own folder and to no other's.
/// </summary>
public sealed class DataFolder : IDisposable
{
    // A machine that compiles or scores answers late. Where nothing listens any more, the refusal comes at once.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly FileStream _held;
    private bool _announced;

    private DataFolder(string folder, FileStream held) => (Folder, _held) = (folder, held);

    public string Folder { get; }

    /// <summary>A name for this run of the service.</summary>
    public string Instance { get; } = Guid.NewGuid().ToString("N");

    private string AddressFile => AddressFileIn(Folder);

    /// <summary>Takes the folder, which is made if it is missing.</summary>
    /// <exception cref="StartException">Another service has it, or it cannot be written to.</exception>
    public static DataFolder Take(string folder)
    {
        try
        {
            Make(folder);
            return new DataFolder(folder, new FileStream(Path.Combine(folder, "service.lock"), OwnerOnly.Options(FileMode.OpenOrCreate, FileAccess.ReadWrite)));
        }
        catch (UnauthorizedAccessException)
        {
            throw new StartException(
                $"The data folder {folder} cannot be written to by {Environment.UserName}. Change its owner, or name another by --Embedded:DataDirectory."
            );
        }
        catch (IOException) when (File.Exists(Path.Combine(folder, "service.lock")))
        {
            var where = Announced(folder) is { } other ? $", at {other.Address} (process {other.Process})" : "";
            throw new StartException(
                $"A service runs on the data folder {folder} already{where}. Use that one, stop it first, or give this one a folder of its own by "
                    + "--Embedded:DataDirectory."
            );
        }
        catch (IOException)
        {
            throw new StartException(
                $"There can be no data folder at {folder}: something else has that name, or the path is none. Name another by --Embedded:DataDirectory."
            );
        }
    }

    /// <summary>
    /// Makes the folder, for its owner alone. A folder that is there is closed where it is empty or a service's already; one that holds something else,
    /// such as a home folder that was named, is left as it is.
    /// </summary>
    public static void Make(string folder)
    {
        if (!Directory.Exists(folder) || File.Exists(Path.Combine(folder, "service.lock")) || !Directory.EnumerateFileSystemEntries(folder).Any())
            OwnerOnly.MakeFolder(folder, isPassage: true);
    }

    /// <summary>Says in the folder where the service answers.</summary>
    public void Announce(string address)
    {
        // Moved into place, so that nobody reads half of it.
        var made = $"{AddressFile}.{Instance}";
        using (var file = new FileStream(made, OwnerOnly.Options(FileMode.CreateNew)))
            JsonSerializer.Serialize(file, new RunningService(address, Environment.ProcessId, Instance), JsonSerializerOptions.Web);
        File.Move(made, AddressFile, overwrite: true);
        _announced = true;
    }

    /// <summary>The service that last said it runs on a folder, whether it still does or not; null where none has.</summary>
    public static RunningService? Announced(string folder)
    {
        try
        {
            return JsonSerializer.Deserialize<RunningService>(File.ReadAllText(AddressFileIn(folder)), JsonSerializerOptions.Web);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>The service that runs on a folder, which has been asked for its name; null where none does.</summary>
    /// <param name="folder">The data folder.</param>
    /// <param name="token">Ends the asking.</param>
    /// <param name="patience">How long it may take to answer; 30 s unless given.</param>
    /// <exception cref="TimeoutException">
    /// Its process lives and has not answered in that time: to go on without it would be wrong. The message says so.
    /// </exception>
    public static async Task<RunningService?> FindAsync(string folder, CancellationToken token, TimeSpan? patience = null) =>
        Announced(folder) is { } announced && await IsItAsync(announced, announced.Address, folder, patience ?? Patience, token) ? announced : null;

    /// <summary>Whether the service at an address is the one that runs on a folder.</summary>
    /// <exception cref="TimeoutException">The folder's service lives, and the address has not answered in 30 s.</exception>
    public static async Task<bool> ServesAsync(string folder, string address, CancellationToken token) =>
        Announced(folder) is { } announced && await IsItAsync(announced, address, folder, Patience, token);

    public void Dispose()
    {
        if (_announced)
            File.Delete(AddressFile);
        _held.Dispose();
    }

    private static string AddressFileIn(string folder) => Path.Combine(folder, "service.json");

    private static async Task<bool> IsItAsync(RunningService announced, string address, string folder, TimeSpan patience, CancellationToken token)
    {
        using var http = new HttpClient { Timeout = patience };
        try
        {
            var answer = await http.GetFromJsonAsync<JsonElement>(new Uri(new Uri(address), "/health/live"), token);
            return answer.ValueKind == JsonValueKind.Object
                && answer.TryGetProperty("instance", out var instance)
                && instance.ValueKind == JsonValueKind.String
                && instance.GetString() == announced.Instance;
        }
        catch (Exception e) when (e is HttpRequestException or JsonException or UriFormatException)
        {
            return false;
        }
        catch (TaskCanceledException) when (!token.IsCancellationRequested)
        {
            return Lives(announced.Process)
                ? throw new TimeoutException(
                    $"The service of the data folder {folder} (process {announced.Process}) runs, and {address} has not answered in "
                        + $"{patience.TotalSeconds:0.#} s. Try again when the machine is less busy, or stop that process."
                )
                : false;
        }
    }

    private static bool Lives(int process)
    {
        try
        {
            using var found = System.Diagnostics.Process.GetProcessById(process);
            return !found.HasExited;
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
