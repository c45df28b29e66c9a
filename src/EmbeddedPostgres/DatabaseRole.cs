using System.Security.Cryptography;
using Npgsql;

namespace EmbeddedPostgres;

/// <summary>
/// The role that a database of a cluster belongs to, and that everything but the making of it works as. It is no superuser: whoever gets a
/// statement of their own into the service can neither read the server's files nor run a program through it.
/// </summary>
internal sealed class DatabaseRole(string superuser, string password)
{
    public const string Name = "forecasts_app";

    // A superuser's objects cannot be reassigned as a whole, since the system's own are among them. What belongs to a table goes with it.
    private const string HandOver = $"""
        do $$
        declare o record;
        begin
            for o in
                select format('alter schema %I owner to {Name}', nspname) as statement from pg_namespace
                where nspname !~ '^pg_' and nspname not in ('information_schema', 'public')
            loop execute o.statement; end loop;
            for o in
                select format('alter table %s owner to {Name}', c.oid::regclass) as statement from pg_class c join pg_namespace n on n.oid = c.relnamespace
                where n.nspname !~ '^pg_' and n.nspname <> 'information_schema' and c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
                    and not exists (
                        select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid
                            and (d.deptype = 'e' or (c.relkind = 'S' and d.deptype in ('a', 'i'))))
                order by c.relkind = 'S'
            loop execute o.statement; end loop;
            for o in
                select format('alter routine %s owner to {Name}', p.oid::regprocedure) as statement from pg_proc p join pg_namespace n on n.oid = p.pronamespace
                where n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
                    and not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')
            loop execute o.statement; end loop;
            for o in
                select format('alter type %s owner to {Name}', t.oid::regtype) as statement from pg_type t
                    join pg_namespace n on n.oid = t.typnamespace left join pg_class c on c.oid = t.typrelid
                where n.nspname !~ '^pg_' and n.nspname <> 'information_schema' and (t.typtype in ('e', 'd', 'r') or c.relkind = 'c')
                    and not exists (select from pg_depend d where d.classid = 'pg_type'::regclass and d.objid = t.oid and d.deptype = 'e')
            loop execute o.statement; end loop;
        end $$
        """;

    /// <summary>The role's password in a cluster's folder, which is made where there is none. To be asked for under the folder's lock.</summary>
    public static async Task<string> PasswordAsync(string cluster, CancellationToken token)
    {
        var file = Path.Combine(cluster, "app.password");
        if (File.Exists(file) && (await File.ReadAllTextAsync(file, token)).Trim() is { Length: > 0 } kept)
            return kept;
        var made = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
        await OwnerOnly.WriteAsync(file, made, token);
        return made;
    }

    /// <summary>
    /// Makes the role where it is missing and a database that belongs to it. A database that an earlier version made, as the superuser, is handed
    /// over with everything in it; cut off meanwhile, it is handed over by the next start.
    /// </summary>
    /// <returns>The database's connection string as the role.</returns>
    public async Task<string> OwnAsync(string database, CancellationToken token)
    {
        await using var connection = new NpgsqlConnection(superuser);
        await connection.OpenAsync(token);
        await EnsureRoleAsync(connection, token);
        var quoted = Quoted(database);
        await using var find = new NpgsqlCommand("select pg_get_userbyid(datdba) from pg_database where datname = $1", connection)
        {
            Parameters = { new() { Value = database } },
        };
        switch (await find.ExecuteScalarAsync(token) as string)
        {
            case Name:
                break;
            case null:
                await RunAsync(connection, $"create database {quoted} owner {Name}", token);
                await CompressFastAsync(connection, quoted, token);
                break;
            default:
                await using (var inside = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(superuser) { Database = database }.ConnectionString))
                {
                    await inside.OpenAsync(token);
                    await RunAsync(inside, HandOver, token);
                }

                await RunAsync(connection, $"alter database {quoted} owner to {Name}", token);
                break;
        }

        return new NpgsqlConnectionStringBuilder(superuser)
        {
            Database = database,
            Username = Name,
            Password = password,
            Pooling = true,
        }.ConnectionString;
    }

    private async Task EnsureRoleAsync(NpgsqlConnection connection, CancellationToken token)
    {
        var rights = $"login nosuperuser nocreatedb nocreaterole noreplication nobypassrls password '{password}'";
        await using var find = new NpgsqlCommand($"select 1 from pg_roles where rolname = '{Name}'", connection);
        if (await find.ExecuteScalarAsync(token) is null)
        {
            await RunAsync(connection, $"create role {Name} {rights}", token);
            return;
        }

        try
        {
            await using var asRole = new NpgsqlConnection(
                new NpgsqlConnectionStringBuilder(superuser) { Username = Name, Password = password }.ConnectionString
            );
            await asRole.OpenAsync(token);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InvalidPassword)
        {
            // The file with its password was lost, and there is another one now.
            await RunAsync(connection, $"alter role {Name} {rights}", token);
        }
    }

    /// <summary>
    /// Has what is compressed compressed by LZ4, which takes a fraction of the time of PostgreSQL's own way, where the server was built with it.
    /// </summary>
    private static async Task CompressFastAsync(NpgsqlConnection connection, string database, CancellationToken token)
    {
        foreach (var setting in (string[])["default_toast_compression", "wal_compression"])
        {
            try
            {
                await RunAsync(connection, $"alter database {database} set {setting} = 'lz4'", token);
            }
            catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.InvalidParameterValue or PostgresErrorCodes.UndefinedObject)
            {
                // Built without it, or of a version before it.
            }
        }
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql, CancellationToken token)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(token);
    }

    private static string Quoted(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
