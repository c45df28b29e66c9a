using Microsoft.Extensions.DependencyInjection.Extensions;
using Npgsql;
using Store.Ledger;

namespace Worker.ExtendingLedger;

/// <summary>The copies of the log that a process knows.</summary>
/// <param name="Folder">The copy as files; null where there is none.</param>
public sealed record LedgerCopies(LogFolder? Folder)
{
    /// <summary>All of them.</summary>
    public IReadOnlyList<ILogCopy> All => Folder is null ? [] : [Folder];
}

/// <summary>Adds the ledger to a host.</summary>
public static class LedgerExtension
{
    /// <summary>Adds what extends the ledger, where the settings name a log.</summary>
    /// <exception cref="InvalidOperationException">The settings name a log, and its keys are not right (<see cref="LedgerKeys.Of"/>).</exception>
    public static IHostApplicationBuilder AddLedger(this IHostApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var options = builder.Configuration.GetSection("Ledger").Get<LedgerOptions>() ?? new LedgerOptions();
        if (LedgerKeys.Of(options) is not { } signers)
            return builder;
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton(new LedgerCopies(string.IsNullOrEmpty(options.Folder) ? null : new LogFolder(Path.GetFullPath(options.Folder))));
        builder.Services.TryAddSingleton<LedgerReader>();
        builder.Services.AddSingleton(s => new LedgerSequencer(
            s.GetRequiredService<NpgsqlDataSource>(),
            signers,
            s.GetRequiredService<LedgerCopies>().All,
            s.GetRequiredService<TimeProvider>()
        ));
        builder.Services.AddHostedService<ExtendLedger>();
        return builder;
    }
}
