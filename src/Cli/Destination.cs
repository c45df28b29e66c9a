using System.CommandLine;
using EmbeddedPostgres;
using Marten;
using Microsoft.Extensions.Logging;
using Npgsql;
using Store;

namespace Cli;

/// <summary>Where a command works: at a running service, or on the database itself.</summary>
public sealed class Destination : IAsyncDisposable
{
    /// <summary>Where the service listens unless told otherwise; here it is an example alone, since anybody's service may answer there.</summary>
    public const string DefaultServer = "http://127.0.0.1:5080";

    public static readonly Option<string?> ServerOption = new("--server")
    {
        Description = $"The running service, for example {DefaultServer}. Else FORECASTS_URL, else the service of the data folder.",
        HelpName = "url",
        Recursive = true,
    };

    public static readonly Option<string?> TokenOption = new("--token")
    {
        Description = "The bearer token to come with. Else FORECASTS_TOKEN, else, to the service of the data folder, the one kept there.",
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
        Description = "The data folder: of the embedded PostgreSQL, of the service that runs on it, and of the owner's token.",
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
    public string? EmbeddedFolder => _embedded?.Folder;

    public NpgsqlDataSource Database => _database ??= NpgsqlDataSource.Create(ConnectionString!);

    public IDocumentStore Store =>
        _store ??= DocumentStore.For(options =>
        {
            ForecastStore.Configure(options);
            options.Connection(Database);
        });

    /// <summary>The service that was named; else the database that was named; else the service of the data folder; else the database there.</summary>
    public static async Task<Destination> FindAsync(ParseResult line, CancellationToken token)
    {
        if (Named(line, ServerOption, "FORECASTS_URL") is { } server)
            return await OfServiceAsync(server, line, token);
        if (Named(line, DatabaseOption, "ConnectionStrings__Forecasts") is { } database)
            return OfDatabase(database);
        if (await OwnAsync(FolderOf(line), token) is { } own)
            return await OfServiceAsync(own.Address, line, token);
        return await EmbeddedAsync(line)
            ?? throw new CommandException(
                $"No service runs on the data folder {FolderOf(line)}, and there is no data in it. Start the service there, name another folder by "
                    + "--data, a service by --server or its database by --database.",
                ExitCode.Unreachable
            );
    }

    /// <summary>The service alone: the one named, else the one of the data folder.</summary>
    public static async Task<Destination> FindServiceAsync(ParseResult line, CancellationToken token)
    {
        if (Named(line, ServerOption, "FORECASTS_URL") is { } server)
            return await OfServiceAsync(server, line, token);
        if (await OwnAsync(FolderOf(line), token) is { } own)
            return await OfServiceAsync(own.Address, line, token);
        throw new CommandException(
            $"This goes through a running service, and none runs on the data folder {FolderOf(line)}. Start it there, name another folder by --data, "
                + "or a service by --server or FORECASTS_URL.",
            ExitCode.Unreachable
        );
    }

    /// <summary>The database alone: the one named, else the embedded one, which is started for the length of the command where it does not run.</summary>
    public static async Task<Destination> FindDatabaseAsync(ParseResult line) =>
        Named(line, DatabaseOption, "ConnectionStrings__Forecasts") is { } database
            ? OfDatabase(database)
            : await EmbeddedAsync(line)
                ?? throw new CommandException(
                    $"There is no data in {FolderOf(line)}. Name the folder by --data, or a database by --database.",
                    ExitCode.Unreachable
                );

    /// <summary>
    /// The address of the service that was named, else of the one that the data folder tells of; null where neither is. Whether it answers, and
    /// answers as that folder's.
    /// </summary>
    public static async Task<(string? Server, bool Answers)> LookForServiceAsync(ParseResult line, CancellationToken token)
    {
        if (Named(line, ServerOption, "FORECASTS_URL") is { } server)
            return (server, await AnswersAsync(AddressOf(server), token));
        // A named database may be of any service; that of the data folder is none to tell about then.
        if (Named(line, DatabaseOption, "ConnectionStrings__Forecasts") is not null)
            return (null, false);
        try
        {
            return (DataFolder.Announced(FolderOf(line))?.Address, await DataFolder.FindAsync(FolderOf(line), token) is not null);
        }
        catch (TimeoutException)
        {
            return (DataFolder.Announced(FolderOf(line))?.Address, false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _service?.Dispose();
        _store?.Dispose();
        if (_database is not null)
            await _database.DisposeAsync();
        if (_embedded is not null)
            await _embedded.DisposeAsync();
    }

    /// <summary>The data folder that a command was given, or the usual one.</summary>
    public static string FolderOf(ParseResult line) => Path.GetFullPath(line.GetRequiredValue(DataOption));

    private static async Task<Destination> OfServiceAsync(string server, ParseResult line, CancellationToken token)
    {
        var address = AddressOf(server);
        return new Destination(new ServiceClient(address, await TokenForAsync(address, line, token)), null, null);
    }

    private static Uri AddressOf(string server) =>
        Uri.TryCreate(server, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
            ? address
            : throw new CommandException($"'{server}' is no address of a service; give one such as {DefaultServer}.", ExitCode.Usage);

    private static Destination OfDatabase(string connectionString)
    {
        try
        {
            return new Destination(null, new NpgsqlConnectionStringBuilder(connectionString).ConnectionString, null);
        }
        catch (Exception e) when (e is ArgumentException or FormatException or InvalidCastException)
        {
            throw new CommandException(
                "The connection string cannot be read; write one such as 'Host=localhost;Port=5432;Database=forecasts;Username=me;Password=…'.",
                ExitCode.Usage
            );
        }
    }

    private static async Task<Destination?> EmbeddedAsync(ParseResult line)
    {
        var folder = FolderOf(line);
        if (!Directory.Exists(Path.Combine(folder, "postgres")))
            return null;
        var embedded = await EmbeddedMode.StartAsync(
            folder,
            port: 0,
            LoggerFactory.Create(l => l.SetMinimumLevel(LogLevel.Warning).AddSimpleConsole(o => o.SingleLine = true))
        );
        return new Destination(null, embedded.ConnectionString, embedded);
    }

    // The owner's token is for the service of its own folder: another one would learn it.
    private static async Task<string?> TokenForAsync(Uri server, ParseResult line, CancellationToken token)
    {
        if (Named(line, TokenOption, "FORECASTS_TOKEN") is { } given)
            return given;
        var kept = Path.Combine(FolderOf(line), "token");
        try
        {
            if (!File.Exists(kept) || !await DataFolder.ServesAsync(FolderOf(line), server.ToString(), token))
                return null;
            return (await File.ReadAllTextAsync(kept, token)).Trim();
        }
        catch (TimeoutException e)
        {
            throw new CommandException(e.Message, ExitCode.Unreachable);
        }
        catch (UnauthorizedAccessException)
        {
            throw new CommandException($"{kept} is another's; give a token by --token or FORECASTS_TOKEN.", ExitCode.Usage);
        }
    }

    private static async Task<RunningService?> OwnAsync(string folder, CancellationToken token)
    {
        try
        {
            return await DataFolder.FindAsync(folder, token);
        }
        catch (TimeoutException e)
        {
            throw new CommandException(e.Message, ExitCode.Unreachable);
        }
    }

    private static string? Named(ParseResult line, Option<string?> option, string variable) =>
        line.GetValue(option) is { Length: > 0 } given ? given
        : Environment.GetEnvironmentVariable(variable) is { Length: > 0 } set ? set
        : null;

    private static async Task<bool> AnswersAsync(Uri server, CancellationToken token)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(10) };
        try
        {
            using var response = await http.GetAsync(new Uri(server, "/health/live"), token);
            return response.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !token.IsCancellationRequested)
        {
            return false;
        }
    }
}
