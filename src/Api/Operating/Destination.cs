using System.CommandLine;
using Api.Running;
using Marten;
using Npgsql;
using Store;

namespace Api.Operating;

/// <summary>Where a command works: at a running service, or on the database itself.</summary>
public sealed class Destination : IAsyncDisposable
{
    /// <summary>Where the service listens unless told otherwise.</summary>
    public const string DefaultServer = "http://127.0.0.1:5080";

    public static readonly Option<string?> ServerOption = new("--server")
    {
        Description = $"The running service, for example {DefaultServer}. Else FORECASTS_URL.",
        HelpName = "url",
        Recursive = true,
    };

    public static readonly Option<string?> TokenOption = new("--token")
    {
        Description = "The bearer token to come with. Else FORECASTS_TOKEN, else the one kept in the data folder.",
        HelpName = "token",
        Recursive = true,
    };

    public static readonly Option<string?> DatabaseOption = new("--database")
    {
        Description = "The PostgreSQL database to work on, without a service: a connection string. Else ConnectionStrings__Forecasts.",
        HelpName = "connection",
        Recursive = true,
    };

    public static readonly Option<string> DataOption = new("--data")
    {
        Description = "The data folder of the embedded PostgreSQL, where the owner's token is kept too.",
        HelpName = "folder",
        DefaultValueFactory = _ => ".data",
        Recursive = true,
    };

    private readonly ServiceClient? _service;
    private readonly EmbeddedMode? _embedded;
    private NpgsqlDataSource? _database;
    private DocumentStore? _store;

    private Destination(ServiceClient? service, string? connectionString, EmbeddedMode? embedded) =>
        (_service, ConnectionString, _embedded) = (service, connectionString, embedded);

    /// <summary>The running service; null where the command works on the database.</summary>
    public ServiceClient? Service => _service;

    public string? ConnectionString { get; }

    /// <summary>The embedded database's folder, where that is what the command works on.</summary>
    public string? DataFolder => _embedded?.Folder;

    public NpgsqlDataSource Database => _database ??= NpgsqlDataSource.Create(ConnectionString!);

    public IDocumentStore Store => _store ??= DocumentStore.For(options =>
    {
        ForecastStore.Configure(options);
        options.Connection(Database);
    });

    /// <summary>The service that was named; else the database that was named; else a service at the usual place; else the embedded database.</summary>
    public static async Task<Destination> FindAsync(ParseResult line, CancellationToken token)
    {
        if (Named(line, ServerOption, "FORECASTS_URL") is { } server) return OfService(server, line);
        if (Named(line, DatabaseOption, "ConnectionStrings__Forecasts") is { } database) return new Destination(null, database, null);
        if (TokenFor(line) is not null && await AnswersAsync(DefaultServer, token)) return OfService(DefaultServer, line);
        return await EmbeddedAsync(line)
            ?? throw new CommandException(
                $"Nothing answers at {DefaultServer}, and there is no data in {Path.GetFullPath(line.GetRequiredValue(DataOption))}. Start the service, or name it by --server, or its database by --database.",
                ExitCode.Unreachable);
    }

    /// <summary>The service alone: the one named, else the one at the usual place.</summary>
    public static Destination FindService(ParseResult line) => OfService(Named(line, ServerOption, "FORECASTS_URL") ?? DefaultServer, line);

    /// <summary>The database alone: the one named, else the embedded one, which is started for the length of the command where it does not run.</summary>
    public static async Task<Destination> FindDatabaseAsync(ParseResult line) =>
        Named(line, DatabaseOption, "ConnectionStrings__Forecasts") is { } database
            ? new Destination(null, database, null)
            : await EmbeddedAsync(line)
                ?? throw new CommandException(
                    $"There is no data in {Path.GetFullPath(line.GetRequiredValue(DataOption))}. Name the folder by --data, or a database by --database.", ExitCode.Unreachable);

    /// <summary>Whether a service answers there; where none is named, at the usual place.</summary>
    public static async Task<(string Server, bool Answers)> LookForServiceAsync(ParseResult line, CancellationToken token)
    {
        var server = Named(line, ServerOption, "FORECASTS_URL") ?? DefaultServer;
        return (server, await AnswersAsync(server, token));
    }

    public async ValueTask DisposeAsync()
    {
        _service?.Dispose();
        _store?.Dispose();
        if (_database is not null) await _database.DisposeAsync();
        if (_embedded is not null) await _embedded.DisposeAsync();
    }

    private static Destination OfService(string server, ParseResult line) =>
        Uri.TryCreate(server, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
            ? new Destination(new ServiceClient(address, TokenFor(line)), null, null)
            : throw new CommandException($"'{server}' is no address of a service; give one such as {DefaultServer}.", ExitCode.Usage);

    private static async Task<Destination?> EmbeddedAsync(ParseResult line)
    {
        var folder = Path.GetFullPath(line.GetRequiredValue(DataOption));
        if (!Directory.Exists(Path.Combine(folder, "postgres"))) return null;
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("Embedded:DataDirectory", folder)]).Build();
        var embedded = await EmbeddedMode.StartAsync(configuration, LogLevel.Warning);
        return new Destination(null, embedded.ConnectionString, embedded);
    }

    private static string? TokenFor(ParseResult line)
    {
        if (Named(line, TokenOption, "FORECASTS_TOKEN") is { } given) return given;
        var kept = Path.Combine(line.GetRequiredValue(DataOption), "token");
        try
        {
            return File.Exists(kept) ? File.ReadAllText(kept).Trim() : null;
        }
        catch (UnauthorizedAccessException)
        {
            throw new CommandException($"{kept} is another's; give a token by --token or FORECASTS_TOKEN.", ExitCode.Usage);
        }
    }

    private static string? Named(ParseResult line, Option<string?> option, string variable) =>
        line.GetValue(option) is { Length: > 0 } given ? given : Environment.GetEnvironmentVariable(variable) is { Length: > 0 } set ? set : null;

    private static async Task<bool> AnswersAsync(string server, CancellationToken token)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(2) };
        try
        {
            using var response = await http.GetAsync(new Uri(new Uri(server), "/health/live"), token);
            return response.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !token.IsCancellationRequested)
        {
            return false;
        }
    }
}
