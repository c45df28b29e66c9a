using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using EmbeddedPostgres;
using Npgsql;
using Signing;
using Store.Appending;
using Store.Operations;

namespace Api.Running;

/// <summary>Looks for what would keep the service from starting, before anything is started, so that it can be said in a sentence.</summary>
public static class StartChecks
{
    private const int OldestPostgres = 14;

    /// <exception cref="StartException">An address is none, or its port is taken or not allowed.</exception>
    public static void AddressesAreFree(string urls)
    {
        foreach (var url in urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            BindingAddress address;
            try
            {
                address = BindingAddress.Parse(url);
            }
            catch (FormatException)
            {
                throw new StartException($"'{url}' is no address to listen on; give one such as --urls http://127.0.0.1:5080.");
            }

            if (address.IsUnixPipe || address.IsNamedPipe || address.Port is 0 or > 65_535)
                continue;
            var ip =
                address.Host == "localhost" ? IPAddress.Loopback
                : IPAddress.TryParse(address.Host.Trim('[', ']'), out var literal) ? literal
                : IPAddress.Any;
            try
            {
                using var listener = new TcpListener(ip, address.Port);
                listener.Start();
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                throw new StartException(PortTaken(address.Port));
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.AccessDenied)
            {
                throw new StartException(
                    $"{Environment.UserName} may not listen on port {address.Port}. Take one from 1024 on, by --urls http://127.0.0.1:5080."
                );
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressNotAvailable)
            {
                throw new StartException(
                    $"This machine has no address {address.Host} to listen on. Give one that it has, such as --urls http://127.0.0.1:{address.Port}."
                );
            }
        }
    }

    /// <summary>What to do about a port that somebody else listens on.</summary>
    public static string PortTaken(int port) =>
        $"Port {port} is taken: another program listens there, perhaps another Forecasts. Stop that one, or have this one listen elsewhere: --urls "
        + $"http://127.0.0.1:{(port < 65_535 ? port + 1 : port - 1)}.";

    /// <exception cref="StartException">The file holds no certificates of time-stamping authorities.</exception>
    public static void AuthoritiesAreReadable(string? file)
    {
        if (string.IsNullOrEmpty(file))
            return;
        try
        {
            TimeStamps.Authorities(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new StartException($"Ledger:TimestampCertificates names {file}, which holds no certificate in PEM that can be read: {e.Message}");
        }
    }

    /// <exception cref="StartException">The connection string cannot be read, or its database cannot be worked on.</exception>
    public static async Task DatabaseAnswersAsync(string connectionString, CancellationToken token)
    {
        const string Setting = "It is the one that ConnectionStrings__Forecasts names; without that setting the service runs on a PostgreSQL of its own.";
        NpgsqlConnection connection;
        try
        {
            connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        }
        catch (Exception e) when (e is ArgumentException or FormatException or InvalidCastException)
        {
            throw new StartException(
                "ConnectionStrings__Forecasts cannot be read; write one such as 'Host=localhost;Port=5432;Database=forecasts;Username=me;Password=…'."
            );
        }

        await using (connection)
        {
            try
            {
                await connection.OpenAsync(token);
            }
            catch (NpgsqlException e)
            {
                throw new StartException($"{DatabaseWords.Of(e, connectionString)} {Setting}");
            }

            if (connection.PostgreSqlVersion.Major < OldestPostgres)
            {
                throw new StartException(
                    $"The database at {connection.Host}:{connection.Port} runs PostgreSQL {connection.PostgreSqlVersion}; it has to be "
                        + $"{OldestPostgres} or later. {Setting}"
                );
            }
        }
    }
}
