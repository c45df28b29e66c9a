namespace Samples;

/// <summary>Waits for what must come. The bound only ends a test that would wait for ever; it is not a deadline.</summary>
public static class Patience
{
    /// <summary>How long what must come may take.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(8);

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(20);

    /// <summary>Waits until a condition holds.</summary>
    /// <param name="condition">What must come to hold.</param>
    /// <param name="missing">What to say where it did not, as it was last seen.</param>
    /// <param name="token">Ends the wait.</param>
    /// <exception cref="TimeoutException">The condition did not hold within <see cref="Longest"/>.</exception>
    public static async Task UntilAsync(Func<Task<bool>> condition, Func<string?>? missing = null, CancellationToken token = default)
    {
        for (var until = DateTimeOffset.UtcNow + Longest; !await condition(); await Task.Delay(BetweenLooks, token))
        {
            if (DateTimeOffset.UtcNow >= until)
                throw new TimeoutException(missing?.Invoke() ?? "What was waited for did not come.");
        }
    }

    /// <inheritdoc cref="UntilAsync(Func{Task{bool}}, Func{string?}?, CancellationToken)"/>
    public static Task UntilAsync(Func<bool> condition, Func<string?>? missing = null, CancellationToken token = default) =>
        UntilAsync(() => Task.FromResult(condition()), missing, token);
}
