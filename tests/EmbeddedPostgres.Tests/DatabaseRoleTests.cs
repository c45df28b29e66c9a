using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace EmbeddedPostgres.Tests;

/// <summary>The service's database belongs to a role that may do nothing beyond it.</summary>
public sealed class DatabaseRoleTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("forecasts-embedded-").FullName;

    public DatabaseRoleTests()
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(_folder, File.GetUnixFileMode(_folder) | UnixFileMode.OtherExecute | UnixFileMode.GroupExecute);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task The_service_connects_as_the_owner_of_its_database_who_is_no_superuser()
    {
        await using var server = await StartAsync();
        var database = await server.CreateDatabaseIfMissingAsync("forecasts", Token);

        Assert.Equal("forecasts_app", await AskAsync(database, "select current_user::text"));
        Assert.Equal("forecasts_app", await AskAsync(database, "select pg_get_userbyid(datdba)::text from pg_database where datname = current_database()"));
        Assert.Equal(
            false,
            await AskAsync(
                database,
                "select rolsuper or rolcreatedb or rolcreaterole or rolreplication or rolbypassrls from pg_roles where rolname = current_user"
            )
        );
        await AskAsync(database, "create schema own; create table own.kept (n int); insert into own.kept values (1)");
        foreach (
            var forbidden in new[]
            {
                "copy own.kept from program 'echo 1'",
                "select pg_read_file('postgresql.conf')",
                "create role another",
                "create database another",
                "alter system set work_mem = '1GB'",
            }
        )
        {
            var refused = await Assert.ThrowsAsync<PostgresException>(() => AskAsync(database, forbidden));
            Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);
        }
    }

    [Fact]
    public async Task A_database_that_an_earlier_version_made_is_handed_over_with_everything_in_it()
    {
        await using var server = await StartAsync();
        await AskAsync(server.ConnectionString, "create database forecasts");
        var earlier = new NpgsqlConnectionStringBuilder(server.ConnectionString) { Database = "forecasts" }.ConnectionString;
        await AskAsync(
            earlier,
            """
            create schema old;
            create table old.kept (id bigint generated always as identity, serial serial, answer int, primary key (id)) partition by range (id);
            create table old.part partition of old.kept for values from (0) to (100);
            create view old.seen as select answer from old.kept;
            create materialized view old.made as select answer from old.kept;
            create sequence old.free;
            create type old.mood as enum ('well');
            create type old.pair as (a int, b int);
            create domain old.short as varchar(3);
            create function old.twice(n int) returns int language sql as 'select 2 * n';
            create procedure old.nothing() language sql as 'select 1';
            create table public.beside (n int);
            insert into old.kept (answer) values (42);
            """
        );

        var database = await server.CreateDatabaseIfMissingAsync("forecasts", Token);

        Assert.Equal(42, await AskAsync(database, "select answer from old.kept"));
        Assert.Equal(
            0L,
            await AskAsync(
                database,
                """
                with owned as (
                    select relowner as owner, relnamespace as schema from pg_class union all select proowner, pronamespace from pg_proc
                    union all select typowner, typnamespace from pg_type union all select nspowner, oid from pg_namespace where nspname <> 'public')
                select count(*) from owned join pg_namespace n on n.oid = schema
                where nspname !~ '^pg_' and nspname <> 'information_schema' and pg_get_userbyid(owner) <> 'forecasts_app'
                """
            )
        );
        await AskAsync(database, "alter table old.kept add column more int; alter type old.mood add value 'better'; drop table public.beside");
        Assert.Equal(database, await server.CreateDatabaseIfMissingAsync("forecasts", Token));
    }

    [Fact]
    public async Task A_password_that_was_lost_is_replaced()
    {
        await using (var first = await StartAsync())
            await first.CreateDatabaseIfMissingAsync("forecasts", Token);
        File.Delete(Path.Combine(_folder, "one", "app.password"));

        await using var second = await StartAsync();

        Assert.Equal(1, await AskAsync(await second.CreateDatabaseIfMissingAsync("forecasts", Token), "select 1"));
    }

    [Fact]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public async Task The_cluster_its_passwords_and_its_log_are_read_by_their_owner_alone()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has access lists.");
        await using var server = await StartAsync();
        await server.CreateDatabaseIfMissingAsync("forecasts", Token);
        var cluster = Path.Combine(_folder, "one");
        const UnixFileMode Others = (UnixFileMode)0b000_111_111;

        var open = Directory
            .EnumerateFileSystemEntries(cluster)
            .Append(cluster)
            .Where(e => (File.GetUnixFileMode(e) & Others) != 0)
            .Select(e => $"{e} {File.GetUnixFileMode(e)}");

        Assert.Empty(open);
        Assert.True(File.Exists(Path.Combine(cluster, "server.log")));
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private Task<EmbeddedPostgresServer> StartAsync() =>
        EmbeddedPostgresServer.StartAsync(
            new EmbeddedPostgresOptions { DataDirectory = Path.Combine(_folder, "one"), Durable = false },
            NullLogger.Instance,
            Token
        );

    private static async Task<object?> AskAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync(Token);
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(Token);
    }
}
