using Api.Limits;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Api.Tests;

/// <summary>The answer to a request that takes too long.</summary>
public sealed class TimeoutAnswers
{
    [Fact]
    public async Task The_answer_to_a_request_that_takes_too_long_is_written_under_no_token_that_was_cancelled()
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddLimits(new ConfigurationBuilder().Build());
        await using var provider = services.BuildServiceProvider();
        var policy = provider.GetRequiredService<IOptions<RequestTimeoutOptions>>().Value.DefaultPolicy!;
        // As the middleware calls it: the token of the request is the one by which its time has ended.
        await using var body = new ImpatientStream();
        var late = new DefaultHttpContext { RequestServices = provider, RequestAborted = new CancellationToken(canceled: true) };
        late.Response.Body = body;

        await policy.WriteTimeoutResponse!(late);

        Assert.Contains("urn:forecasts:problem:too-long", System.Text.Encoding.UTF8.GetString(body.ToArray()), StringComparison.Ordinal);
    }

    /// <summary>Writes nothing for who has been cancelled, as a connection does that has to wait.</summary>
    private sealed class ImpatientStream : MemoryStream
    {
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return base.WriteAsync(buffer, cancellationToken);
        }

        public override Task FlushAsync(CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return base.FlushAsync(cancellationToken);
        }
    }
}
