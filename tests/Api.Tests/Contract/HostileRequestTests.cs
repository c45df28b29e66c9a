using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using CsCheck;
using static Api.Tests.RunningApi;

namespace Api.Tests;

/// <summary>Requests that no honest client sends bring about no fault and no event that was refused.</summary>
public sealed class HostileRequestTests(HostileRequestTests.Unlimited api, ITestOutputHelper output) : IClassFixture<HostileRequestTests.Unlimited>
{
    private const int Requests = 20_000;

    /// <summary>What never ends by itself, or brings in and out what has tests of its own.</summary>
    private static readonly string[] Streams = ["/live", "/imports", "/exports", "/mcp", "/webhooks"];

    [Fact]
    public async Task Twenty_thousand_requests_bring_no_fault_no_hang_and_no_event_from_a_refused_one()
    {
        string[] questions = ["binary", "many", "ordered", "number", "day", "draft", "closed", "nothing"];
        string[] analysts = ["somebody", "robot", "nobody", "reference:uniform"];
        using var fuzzer = await PrepareAsync();
        var (refused, accepted) = (new ConcurrentDictionary<string, string>(), new ConcurrentDictionary<string, string>());
        var statuses = new ConcurrentDictionary<int, int>();
        var made = new HostileRequests(api.Contract, questions, analysts).All(o => Streams.Any(s => o.Path.StartsWith(s, StringComparison.Ordinal)));
        var time = Stopwatch.StartNew();

        await made.SampleAsync(
            async request =>
            {
                var trace = Convert.ToHexStringLower(Guid.NewGuid().ToByteArray());
                using var message = Message(request, trace);
                using var response = await SentAsync(fuzzer, message);
                if (response is null)
                {
                    refused[trace] = request.Curl(api.Owner.BaseAddress!);
                    return;
                }

                var status = (int)response.StatusCode;
                statuses.AddOrUpdate(status, 1, (_, n) => n + 1);
                // A read may record nothing either, however it was answered.
                (status < 300 && request.Method != "GET" ? accepted : refused)[trace] = request.Curl(api.Owner.BaseAddress!);
                Assert.True(status < 500, $"{status}: {await response.Content.ReadAsStringAsync()}");
                if (response.Content.Headers.ContentType?.MediaType == "application/problem+json")
                    Assert.Null(PlainWords.Fault(status, await response.Content.ReadAsStringAsync()));
            },
            iter: Requests,
            threads: 8,
            print: request => request.Curl(api.Owner.BaseAddress!),
            writeLine: output.WriteLine
        );

        output.WriteLine($"{time.Elapsed.TotalSeconds:0} s: {string.Join(", ", statuses.OrderBy(s => s.Key).Select(s => $"{s.Key}: {s.Value}"))}");
        var recorded = JsonSerializer.Deserialize<string[]>(
            await api.ScalarAsync<string>(
                "select coalesce(json_agg(distinct correlation_id), '[]')::text from forecasts.mt_events where correlation_id is not null"
            )
        )!;
        var guilty = recorded.Where(refused.ContainsKey).Select(trace => refused[trace]).ToList();
        Assert.True(guilty.Count == 0, $"Refused, and recorded all the same:\n{string.Join("\n", guilty.Take(10))}");
        // The check sees something only where accepted requests do leave their trace.
        Assert.True(recorded.Count(accepted.ContainsKey) > 100, $"Only {recorded.Count(accepted.ContainsKey)} requests left a trace.");
        Assert.True(time.Elapsed < TimeSpan.FromMinutes(10));
    }

    // Who is refused for the length of the address or of the body before the body is read may, on a busy machine, still be sending it when the connection is
    // closed: then there is no answer to look at.
    private static async Task<HttpResponseMessage?> SentAsync(HttpClient client, HttpRequestMessage message)
    {
        try
        {
            return await client.SendAsync(message);
        }
        catch (HttpRequestException e)
            when (e.InnerException is IOException
                && message.Content is { } body
                && (message.RequestUri!.OriginalString.Length > 8 * 1024 || body.Headers.ContentLength > 1024 * 1024)
            )
        {
            return null;
        }
    }

    private static HttpRequestMessage Message(MadeRequest request, string trace)
    {
        var message = new HttpRequestMessage(new HttpMethod(request.Method), new Uri(request.Url, UriKind.Relative));
        if (request.Body is not null)
        {
            message.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(request.Body));
            if (request.ContentType is not null)
                message.Content.Headers.TryAddWithoutValidation("Content-Type", request.ContentType);
        }

        foreach (var (name, value) in request.Headers)
            message.Headers.TryAddWithoutValidation(name, value);
        message.Headers.Add("traceparent", $"00-{trace}-{trace[..16]}-01");
        return message;
    }

    /// <summary>Questions of every type and in every state, and somebody with every role who is none of those that the requests are about.</summary>
    private async Task<HttpClient> PrepareAsync()
    {
        await api.OpenQuestionAsync("binary");
        await api.OpenQuestionAsync("many", new { type = "multipleChoice", options = new[] { "a", "b", "c" } });
        await api.OpenQuestionAsync("ordered", new { type = "ordered", options = new[] { "a", "b", "c" } });
        await api.OpenQuestionAsync("number", new { type = "numeric", range = new { min = 0, max = 10 } });
        await api.OpenQuestionAsync("day", new { type = "date", range = new { min = "2026-01-01", max = "2026-12-31" } });
        await api.OpenQuestionAsync("closed");
        using var closed = await api.Owner.PostAsync(new Uri("/questions/closed/close", UriKind.Relative), null);
        await api.AsAsync("somebody", "analyst");
        return await api.AsAsync("fuzzer", "analyst", "editor", "resolver", "importer", "auditor", "admin");
    }

    /// <summary>No limit is met, so that nothing but a fault can answer 5xx.</summary>
    public sealed class Unlimited : ServedApi
    {
        protected override IReadOnlyList<string> Settings =>
            ["--Limits:Persons:PerSecond", "1000000", "--Limits:Persons:Burst", "1000000", "--Limits:RequestSeconds", "120", "--Catalogue:Load", "false"];
    }
}
