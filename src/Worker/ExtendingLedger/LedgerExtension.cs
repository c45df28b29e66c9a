using Microsoft.Extensions.DependencyInjection.Extensions;
using Npgsql;
using Store.Ledger;
using Worker.Timestamping;
using Worker.Witnessing;

namespace Worker.ExtendingLedger;

/// <summary>The copies of the log that a process knows.</summary>
/// <param name="Folder">The copy as files; null where there is none.</param>
/// <param name="Witnesses">The witnesses: what one has cosigned is a copy, of which it tells the size.</param>
public sealed record LedgerCopies(LogFolder? Folder, IReadOnlyList<AskWitness> Witnesses)
{
    /// <summary>How long the first extension waits for the witnesses to say what they have.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    /// <summary>All of them.</summary>
    public IReadOnlyList<ILogCopy> All => Folder is null ? Witnesses : [Folder, .. Witnesses];

    /// <summary>Waits until each witness has been asked once, but not for long: one that does not answer holds up nothing.</summary>
    /// <param name="clock">The clock.</param>
    /// <param name="token">Ends the wait.</param>
    public async Task AskedAsync(TimeProvider clock, CancellationToken token)
    {
        try
        {
            await Task.WhenAll(Witnesses.Select(w => w.Asked)).WaitAsync(LongestWait, clock, token);
        }
        catch (TimeoutException)
        {
            // It says for itself that it does not answer.
        }
    }
}

/// <summary>Adds the ledger to a host.</summary>
public static class LedgerExtension
{
    private static readonly TimeSpan TimestampTimeout = TimeSpan.FromSeconds(20);

    /// <summary>Adds what extends the ledger, where the settings name a log.</summary>
    /// <exception cref="InvalidOperationException">The settings name a log, and its keys are not right (<see cref="LedgerKeys.Of"/>).</exception>
    public static IHostApplicationBuilder AddLedger(this IHostApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var options = builder.Configuration.GetSection("Ledger").Get<LedgerOptions>() ?? new LedgerOptions();
        if (LedgerKeys.Of(options) is not { } signers)
            return builder;
        builder.Services.AddSingleton(options);
        builder.Services.TryAddSingleton<LedgerReader>();
        var witnesses = LogWitnesses.Of(options.Witnesses, options.Policy);
        builder.Services.AddSingleton(s => new LedgerCosigning(s.GetRequiredService<NpgsqlDataSource>(), signers, s.GetRequiredService<TimeProvider>()));
        builder.Services.AddSingleton(s => new LedgerCopies(
            string.IsNullOrEmpty(options.Folder) ? null : new LogFolder(Path.GetFullPath(options.Folder)),
            [.. witnesses.Asked.Select(w => Asking(s, w, witnesses, options))]
        ));
        builder.Services.AddSingleton(s => new LedgerSequencer(
            s.GetRequiredService<NpgsqlDataSource>(),
            signers,
            s.GetRequiredService<LedgerCopies>().All,
            s.GetRequiredService<TimeProvider>()
        ));
        builder.Services.AddHostedService<ExtendLedger>();
        for (var i = 0; i < witnesses.Asked.Count; i++)
        {
            var place = i;
            // Not by AddHostedService, which takes one of a type.
            builder.Services.AddSingleton<IHostedService>(s => s.GetRequiredService<LedgerCopies>().Witnesses[place]);
        }

        if (options.TimestampUrl is { } authority)
            builder.Services.AddHostedService(s => new TakeTimestamps(
                new LedgerTimestamps(s.GetRequiredService<NpgsqlDataSource>()),
                new TimestampClient(Address(authority), TimestampTimeout),
                TimeSpan.FromSeconds(Math.Max(1, options.TimestampSeconds)),
                s.GetRequiredService<TimeProvider>(),
                s.GetRequiredService<ILogger<TakeTimestamps>>()
            ));
        return builder;
    }

    private static Uri Address(Uri authority) =>
        authority.IsAbsoluteUri && authority.Scheme is "http" or "https"
            ? authority
            : throw new InvalidOperationException($"Ledger:TimestampUrl is '{authority}', which is no address of an authority.");

    private static AskWitness Asking(IServiceProvider services, AskedWitness witness, LogWitnesses witnesses, LedgerOptions options) =>
        new(
            witness,
            witnesses,
            services.GetRequiredService<LedgerCosigning>(),
            services.GetRequiredService<LedgerReader>(),
            TimeSpan.FromSeconds(Math.Max(0.01, options.WitnessSeconds)),
            TimeSpan.FromSeconds(Math.Max(0.1, options.WitnessTimeoutSeconds)),
            services.GetRequiredService<TimeProvider>(),
            services.GetRequiredService<ILogger<AskWitness>>()
        );
}
