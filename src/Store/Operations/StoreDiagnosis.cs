using System.Globalization;
using Domain.Questions;
using Domain.Scoring;
using JasperFx;
using Marten;
using Npgsql;
using Store.Events;
using Store.Views;
using Weasel.Core.Migrations;

namespace Store.Operations;

/// <summary>Checks the database and the processes that use it. It changes nothing.</summary>
public sealed class StoreDiagnosis : IAsyncDisposable
{
    private const int OldestVersion = 14;
    private const long LittleSpace = 5L << 30;
    private const long TooLittleSpace = 512L << 20;
    private static readonly TimeSpan LargestSkew = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestOverdue = TimeSpan.FromMinutes(1);

    private readonly string _connectionString;
    private readonly string? _dataFolder;
    private readonly TimeProvider _clock;
    private readonly DocumentStore _store;

    /// <param name="connectionString">The database.</param>
    /// <param name="dataFolder">The folder of an embedded database, whose disk is checked; null for another database.</param>
    /// <param name="clock">This machine's clock.</param>
    public StoreDiagnosis(string connectionString, string? dataFolder, TimeProvider clock)
    {
        (_connectionString, _dataFolder, _clock) = (connectionString, dataFolder, clock);
        _store = DocumentStore.For(options =>
        {
            ForecastStore.Configure(options);
            options.Connection(connectionString);
            options.AutoCreateSchemaObjects = AutoCreate.None;
        });
    }

    /// <summary>The checks, each as soon as it is done. If the database does not answer, no further check follows.</summary>
    public async IAsyncEnumerable<Check> ChecksAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken token)
    {
        var reached = await DatabaseAsync(token);
        yield return reached;
        if (reached.State == CheckState.Broken)
            yield break;
        yield return await ClockAsync(token);
        yield return await SpaceAsync(token);
        var schema = await SchemaAsync(token);
        yield return schema;
        if (await ScalarAsync<bool>($"select to_regclass('{EventSql.Progress}') is null", token))
            yield break;
        yield return await ReactionsAsync(token);
        yield return await ClosesAsync(token);
        if (schema.State == CheckState.Sound)
        {
            yield return await ScoresAsync(token);
            yield return await RuleSetAsync(token);
        }

        if (schema.State == CheckState.Sound)
        {
            await using var database = NpgsqlDataSource.Create(_connectionString);
            yield return await LedgerCheck.RunAsync(database, token);
            if (await LedgerCheck.OfWitnessesAsync(database, token) is { } witnesses)
                yield return witnesses;
            if (await LedgerCheck.OfTimestampsAsync(database, _clock.GetUtcNow(), token) is { } timestamps)
                yield return timestamps;
        }

        yield return await TwoPeopleAsync(token);
        yield return await DeadLettersAsync(token);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _store.DisposeAsync();

    private async Task<Check> DatabaseAsync(CancellationToken token)
    {
        const string Name = "database";
        var place = new NpgsqlConnectionStringBuilder(_connectionString);
        var where = $"{place.Database} at {place.Host}:{place.Port}";
        try
        {
            var version = await ScalarAsync<string>("show server_version", token);
            var major = int.Parse(await ScalarAsync<string>("show server_version_num", token), CultureInfo.InvariantCulture) / 10_000;
            return major < OldestVersion
                ? Check.Broken(Name, $"{where} runs PostgreSQL {version}.", $"Move it to PostgreSQL {OldestVersion} or later.")
                : Check.Sound(Name, $"{where} answers: PostgreSQL {version}.");
        }
        catch (NpgsqlException e)
        {
            var (found, toDo) = DatabaseWords.Of(e, _connectionString).Split(". ", 2) is [var first, var second]
                ? ($"{first}.", second)
                : (DatabaseWords.Of(e, _connectionString), "See the database's log.");
            return Check.Broken(Name, found, toDo);
        }
    }

    private async Task<Check> ClockAsync(CancellationToken token)
    {
        const string Name = "clocks";
        await ScalarAsync<DateTime>("select clock_timestamp()", token);
        var before = _clock.GetUtcNow();
        var there = new DateTimeOffset(await ScalarAsync<DateTime>("select clock_timestamp()", token), TimeSpan.Zero);
        var after = _clock.GetUtcNow();
        // The database read its clock at some instant in between. The duration of the round trip is not skew.
        var skew =
            there < before ? before - there
            : there > after ? there - after
            : TimeSpan.Zero;
        return skew > LargestSkew
            ? Check.Doubtful(
                Name,
                Invariant($"This machine's clock and the database's are {skew.TotalSeconds:0.0} s apart."),
                "Set both by NTP: forecasts carry this machine's time."
            )
            : Check.Sound(
                Name,
                Invariant($"This machine's clock and the database's are less than {Math.Max(1, (after - before + skew).TotalMilliseconds):0} ms apart.")
            );
    }

    private async Task<Check> SpaceAsync(CancellationToken token)
    {
        const string Name = "disk space";
        var size = Size(await ScalarAsync<long>("select pg_database_size(current_database())", token));
        if (await FolderAsync(token) is not { } folder)
            return Check.Sound(Name, $"The database takes {size}; the space left on its machine cannot be seen from here.");
        var free = new DriveInfo(folder).AvailableFreeSpace;
        var found = $"The database takes {size}; {Size(free)} are left on its disk.";
        return free < TooLittleSpace ? Check.Broken(Name, found, "Make room now: PostgreSQL stops when its disk is full.")
            : free < LittleSpace ? Check.Doubtful(Name, found, "Make room, or move the database to a larger disk.")
            : Check.Sound(Name, found);
    }

    /// <summary>A folder on the disk that the database writes to; null if the disk belongs to another machine.</summary>
    private async Task<string?> FolderAsync(CancellationToken token)
    {
        if (_dataFolder is not null)
            return _dataFolder;
        if (new NpgsqlConnectionStringBuilder(_connectionString).Host is not ("localhost" or "127.0.0.1" or "::1"))
            return null;
        var folder = await ScalarAsync<string?>("select max(setting) from pg_settings where name = 'data_directory'", token);
        return Directory.Exists(folder) ? folder : null;
    }

    private async Task<Check> SchemaAsync(CancellationToken token)
    {
        const string Name = "schema";
        try
        {
            await _store.Storage.Database.AssertDatabaseMatchesConfigurationAsync(token);
            return Check.Sound(Name, "Tables, indexes and functions are what this version expects.");
        }
        catch (DatabaseValidationException e)
        {
            var first = e
                .Message.Split('\n')
                .Select(l => l.Trim())
                .FirstOrDefault(l => l.StartsWith("create", StringComparison.OrdinalIgnoreCase) || l.StartsWith("alter", StringComparison.OrdinalIgnoreCase));
            return Check.Broken(
                Name,
                $"The database is not what this version expects{(first is null ? "" : $": it lacks '{first}'")}.",
                "Start this version of the service once: it makes the changes."
            );
        }
    }

    private async Task<Check> ReactionsAsync(CancellationToken token)
    {
        const string Name = "reactions";
        await using var database = NpgsqlDataSource.Create(_connectionString);
        var lag = new ReactionLag(database, _clock);
        await lag.MovesAsync(token);
        if (lag.Behind == 0)
            return Check.Sound(Name, "Every event has been handed to the worker.");
        var behind = lag.Behind;
        await LookAgainAsync(() => lag.MovesAsync(token), () => lag.Behind < behind, TimeSpan.FromSeconds(3), TimeSpan.FromMilliseconds(100), token);

        return lag.Behind < behind
            ? Check.Sound(Name, $"{lag.Behind} events wait for the worker, which is at it.")
            : Check.Doubtful(
                Name,
                $"{lag.Behind} events wait for the worker, and in three seconds it took up none.",
                "See that a worker runs: beside the API, or by itself with Worker:InProcess=false."
            );
    }

    private async Task<Check> ClosesAsync(CancellationToken token)
    {
        const string Name = "closes";
        var due = _clock.GetUtcNow() - LongestOverdue;
        await using var session = _store.QuerySession();
        var overdue = await session.Query<Question>().CountAsync(q => q.Status == QuestionStatus.Open && q.ClosesAt < due, token);
        return overdue == 0
            ? Check.Sound(Name, "No question is open beyond its close.")
            : Check.Doubtful(
                Name,
                $"{overdue} questions are recorded as open more than a minute beyond their close; they take no forecasts.",
                "See that a worker runs: it closes them."
            );
    }

    private async Task<Check> ScoresAsync(CancellationToken token)
    {
        const string Name = "scores";
        var found = await WaitingScorings.FindAsync(_connectionString, _store.Options, token);
        if (found.Count == 0)
            return Check.Sound(Name, "No question waits to be scored.");
        var before = found.Count;
        await LookAgainAsync(
            async () => found = await WaitingScorings.FindAsync(_connectionString, _store.Options, token),
            () => found.Count < before,
            TimeSpan.FromSeconds(5),
            TimeSpan.FromMilliseconds(200),
            token
        );

        if (found.Count == 0)
            return Check.Sound(Name, "No question waits to be scored.");
        return found.Count < before
            ? Check.Sound(Name, $"{found.InWords} The worker is at it.")
            : Check.Doubtful(
                Name,
                $"{found.InWords} In five seconds none was scored.",
                "See that a worker runs, and whether an import keeps it busy; its log names a question that cannot be scored ('cannot be scored'), "
                    + "which it tries again every minute."
            );
    }

    private async Task<Check> RuleSetAsync(CancellationToken token)
    {
        const string Name = "rule set";
        var earlier = new List<string>();
        var count = 0L;
        await using var connection = new NpgsqlConnection(_connectionString);
        await connection.OpenAsync(token);
        await using var command = new NpgsqlCommand(
            $"""
            select latest.rule_set, count(*) from (select distinct on (question) question, rule_set from {ScoreViews.Generations}
                order by question, generation desc) as latest
            where latest.rule_set <> $1 group by 1 order by 1
            """,
            connection
        )
        {
            Parameters = { new() { Value = RuleSet.Current.Version } },
        };
        await using var reader = await command.ExecuteReaderAsync(token);
        while (await reader.ReadAsync(token))
        {
            earlier.Add(reader.GetString(0));
            count += reader.GetInt64(1);
        }

        return earlier.Count == 0
            ? Check.Sound(Name, $"Every latest score is by rule set {RuleSet.Current}.")
            : Check.Doubtful(
                Name,
                $"{count} {(count == 1 ? "question has its" : "questions have their")} latest scores by rule set {string.Join(", ", earlier)}; this "
                    + $"version scores by {RuleSet.Current}.",
                "`rescore` scores them by it and keeps the earlier generations; `rescore --dry-run` tells first what would change."
            );
    }

    private async Task<Check> TwoPeopleAsync(CancellationToken token)
    {
        const string Name = "two people";
        await using var connection = new NpgsqlConnection(_connectionString);
        await connection.OpenAsync(token);
        var linked = await LinkedConfirmations.FindAsync(connection, question: null, token);
        if (linked.Count == 0)
            return Check.Sound(Name, "Nobody confirmed an outcome by a token that hangs together with the proposer's.");
        var latest = string.Join(" ", linked.TakeLast(5).Reverse().Select(l => $"{l.Question}: {l.Because}"));
        return Check.Doubtful(
            Name,
            $"{linked.Count} {(linked.Count == 1 ? "outcome was" : "outcomes were")} confirmed by linked people. {latest}",
            "See that they are two people; where they are not, another person disputes the outcome. `GET /questions/{slug}/resolution` marks the steps "
                + "as `linked`."
        );
    }

    private async Task<Check> DeadLettersAsync(CancellationToken token)
    {
        const string Name = "dead letters";
        if (await ScalarAsync<bool>("select to_regclass('worker.wolverine_dead_letters') is null", token))
        {
            return Check.Doubtful(Name, "No worker has run on this database yet.", "Start the service, or a worker: it makes its tables.");
        }

        var kinds = new List<string>();
        await using var connection = new NpgsqlConnection(_connectionString);
        await connection.OpenAsync(token);
        await using var command = new NpgsqlCommand(
            "select message_type, exception_type, count(*) from worker.wolverine_dead_letters group by 1, 2 order by 3 desc limit 5",
            connection
        );
        await using var reader = await command.ExecuteReaderAsync(token);
        while (await reader.ReadAsync(token))
            kinds.Add($"{reader.GetInt64(2)} × {reader.GetString(0)} ({(await reader.IsDBNullAsync(1, token) ? "unknown" : reader.GetString(1))})");
        return kinds.Count == 0
            ? Check.Sound(Name, "No message was given up.")
            : Check.Doubtful(
                Name,
                $"The worker gave messages up: {string.Join("; ", kinds)}.",
                "Read why in worker.wolverine_dead_letters; once mended, set replayable there, and they are delivered again."
            );
    }

    /// <summary>Looks again until there is progress, or until the time is over. Work that a worker is about to start is not a finding.</summary>
    private async Task LookAgainAsync(Func<Task> look, Func<bool> hasMoved, TimeSpan longest, TimeSpan between, CancellationToken token)
    {
        for (var until = _clock.GetUtcNow() + longest; !hasMoved() && _clock.GetUtcNow() < until; )
        {
            await Task.Delay(between, token);
            await look();
        }
    }

    private async Task<T> ScalarAsync<T>(string sql, CancellationToken token)
    {
        await using var connection = new NpgsqlConnection(_connectionString);
        await connection.OpenAsync(token);
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 10 };
        return await command.ExecuteScalarAsync(token) is T value ? value : default!;
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);

    private static string Size(long bytes) =>
        bytes >= 1 << 30 ? Invariant($"{bytes / (double)(1 << 30):0.0} GiB") : Invariant($"{bytes / (double)(1 << 20):0} MiB");
}
