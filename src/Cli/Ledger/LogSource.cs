using System.Net;
using Domain.Ledger.Notes;

namespace Cli.Ledger;

/// <summary>A log that is read by its public paths alone: over HTTP, or from a folder.</summary>
internal sealed class LogSource : IDisposable
{
    private const string Prefix = "audit/ledger/";

    private readonly HttpClient? _http;
    private readonly string? _folder;

    private LogSource(HttpClient? http, string? folder) => (_http, _folder) = (http, folder);

    /// <summary>The log of a service, by its address or that of its ledger; or of a folder.</summary>
    public static LogSource Of(string place)
    {
        if (!Uri.TryCreate(place, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
            return new LogSource(null, Path.GetFullPath(place));
        var root = place.EndsWith('/') ? place : $"{place}/";
        var prefix = root.EndsWith($"/{Prefix}", StringComparison.Ordinal) ? root : root + Prefix;
        return new LogSource(new HttpClient { BaseAddress = new Uri(prefix) }, null);
    }

    /// <summary>The bytes at a path below the log's prefix.</summary>
    /// <exception cref="CommandException">There are none, or nothing answers.</exception>
    public async Task<byte[]> ReadAsync(string path, CancellationToken token)
    {
        if (_folder is not null)
            return await Files.ReadAsync(Path.Combine(_folder, path), token);
        try
        {
            using var response = await _http!.GetAsync(new Uri(path, UriKind.Relative), token);
            if (response.StatusCode == HttpStatusCode.NotFound)
                throw new CommandException($"The log has no {path}.");
            if (!response.IsSuccessStatusCode)
                throw new CommandException($"{path} was answered with {(int)response.StatusCode}.");
            return await response.Content.ReadAsByteArrayAsync(token);
        }
        catch (HttpRequestException)
        {
            throw new CommandException($"Nothing answers at {_http!.BaseAddress}.", ExitCode.Unreachable);
        }
    }

    /// <summary>The last checkpoint.</summary>
    /// <exception cref="CommandException">There is none, or nothing answers.</exception>
    public async Task<byte[]> CheckpointAsync(CancellationToken token, string path = "checkpoint")
    {
        var note = await ReadAsync(path, token);
        return note.Length <= SignedNote.MostBytes ? note : throw new CommandException("The checkpoint is too long to be one.");
    }

    public void Dispose() => _http?.Dispose();
}
