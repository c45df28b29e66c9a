using Store.People;
using Worker;

namespace Api.Authorization;

/// <summary>Writes down every minute (<c>Access:LastUseEverySeconds</c>) which tokens were used, and once more when the service stops.</summary>
public sealed class LastUses(TokenUses uses, IConfiguration configuration, TimeProvider clock, ILogger<LastUses> logger)
    : RepeatedWork(TimeSpan.FromSeconds(Math.Max(1, configuration.GetValue("Access:LastUseEverySeconds", 60))), clock, logger, Failure)
{
    private const string Failure = "The last uses of tokens could not be written down; what was noted stays noted until the next time";

    private readonly ILogger _logger = logger;

    /// <inheritdoc/>
    protected override async Task<bool> RunAsync(CancellationToken token)
    {
        await uses.WriteAsync(token);
        return false;
    }

    /// <inheritdoc/>
    protected override async Task EndAsync()
    {
        try
        {
            await uses.WriteAsync(CancellationToken.None);
        }
        catch (Exception e)
        {
            _logger.LogWarning(e, Failure);
        }
    }
}
