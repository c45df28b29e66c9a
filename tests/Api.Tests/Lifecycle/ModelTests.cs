using System.Net;
using System.Text.Json;
using CsCheck;
using Lifecycle.Tests;
using static Api.Tests.Lifecycle.Asking;

namespace Api.Tests.Lifecycle;

/// <summary>Holds the service against the model of the lifecycle that the decisions are held against, over HTTP and down to the events.</summary>
public sealed class ModelTests(RunningApi api) : IClassFixture<RunningApi>
{
    private int _asked;

    [Fact]
    public async Task Answers_states_and_events_agree_with_the_model_over_random_lives()
    {
        var people = new Dictionary<string, HttpClient>();
        foreach (var person in RandomCommands.People)
            people[person] = await api.AsAsync(person, "analyst", "resolver");

        await RandomCommands.Any(withTime: false).Array[10, 40].SampleAsync(commands => AgreesAsync(people, commands), iter: 40, threads: 2);
    }

    private async Task AgreesAsync(Dictionary<string, HttpClient> people, LifecycleCommand[] commands)
    {
        var slug = $"model-{Interlocked.Increment(ref _asked)}";
        var start = DateTimeOffset.UtcNow;
        var model = new LifecycleModel(opensAt: -240, closesAt: 240, resolvesBy: 480);
        await api.Owner.DoAsync(
            "/questions",
            new
            {
                slug,
                title = "Will it?",
                resolutionCriteria = "Yes if it does.",
                type = "binary",
                opensAt = start.AddHours(-240),
                closesAt = start.AddHours(240),
                resolvesBy = start.AddHours(480),
            }
        );
        foreach (var command in commands)
        {
            var expected = model.Answer(command, now: 0);
            var (status, answer) = await GiveAsync(people, slug, command);
            Assert.Equal($"{command}: {expected}", $"{command}: {Word(status)}");
            if (expected != "done")
                Assert.NotEqual("", answer.Text("detail"));
        }

        var question = await api.GetAsync($"/questions/{slug}");
        string? Optional(string field) => question.TryGetProperty(field, out var value) ? value.ToString() : null;
        Assert.Equal((model.Status, model.Outcome), (question.Text("status"), Optional("outcome")));
        Assert.Equal((model.Title, model.Criteria), (question.Text("title"), question.Text("resolutionCriteria")));
        Assert.Equal(model.Outcome is null ? null : model.Disputed.ToString(), Optional("disputed"));
        var waiting = question.TryGetProperty("proposal", out var p) ? (p.Text("outcome"), p.Text("proposedBy")) : ((string, string)?)null;
        Assert.Equal(model.Waiting is { } w ? (w.Outcome, w.By) : null, waiting);
        Assert.Equal(
            (model.Clarifications, model.Evidence),
            (question.GetProperty("clarifications").GetArrayLength(), question.GetProperty("evidence").GetArrayLength())
        );
        var standing = (await api.GetAsync($"/questions/{slug}/forecasts")).GetProperty("items").EnumerateArray().Select(f => f.Text("analyst"));
        Assert.Equal(model.Standing.Order(), standing);
        var events = (await api.GetAsync($"/audit/events?question={slug}&limit=500")).GetProperty("items").EnumerateArray().Select(e => e.Text("type"));
        Assert.Equal(string.Join(' ', model.Events), string.Join(' ', events.Where(t => t != "QuestionScored")));
    }

    private Task<(HttpStatusCode Status, JsonElement Answer)> GiveAsync(Dictionary<string, HttpClient> people, string slug, LifecycleCommand command)
    {
        var now = DateTimeOffset.UtcNow;
        string Url(string call) => $"/questions/{slug}/{call}";
        return command switch
        {
            LifecycleCommand.Open => api.Owner.CommandAsync(Url("open")),
            LifecycleCommand.Close => api.Owner.CommandAsync(Url("close")),
            LifecycleCommand.Reschedule r => api.Owner.CommandAsync(Url("reschedule"), new { closesAt = now.AddHours(r.ClosesAt), reason = "Moved." }),
            LifecycleCommand.Edit e => api.Owner.CommandAsync(
                $"/questions/{slug}",
                new Dictionary<string, string> { [e.Criteria ? "resolutionCriteria" : "title"] = e.Text },
                HttpMethod.Patch
            ),
            LifecycleCommand.Clarify c => api.Owner.CommandAsync(Url("clarifications"), new { text = c.Text }),
            LifecycleCommand.LogEvidence e => api.Owner.CommandAsync(
                Url("evidence"),
                new
                {
                    occurredAt = now.AddHours(e.Ahead ? 1 : -1),
                    title = e.Title,
                    source = "a gauge",
                }
            ),
            LifecycleCommand.Propose p => people[p.By].CommandAsync(Url(Call(p)), Body(p, now.AddHours(-p.KnownAgo))),
            LifecycleCommand.Confirm c => people[c.By].CommandAsync(Url("resolution/confirm"), ifMatch: "*"),
            LifecycleCommand.Reject r => people[r.By].CommandAsync(Url("resolution/reject"), new { reason = r.Reason }, ifMatch: "*"),
            LifecycleCommand.Dispute d => people[d.By].CommandAsync(Url("resolution/dispute"), new { reason = d.Reason }, ifMatch: "*"),
            LifecycleCommand.Forecast f => people[f.By].CommandAsync(Url("forecast"), new { probability = f.Probability }, HttpMethod.Put),
            LifecycleCommand.Withdraw w => people[w.By].CommandAsync(Url("forecast"), method: HttpMethod.Delete),
            _ => throw new ArgumentOutOfRangeException(nameof(command)),
        };
    }

    private static string Call(LifecycleCommand.Propose p) => p.Call == "resolve" ? "resolution" : $"resolution/{p.Call}";

    private static object Body(LifecycleCommand.Propose p, DateTimeOffset knownAt)
    {
        var evidence = p.WithEvidence ? new[] { "a gauge" } : [];
        return p.Call switch
        {
            "annul" => new
            {
                reason = p.Reason,
                knownAt,
                evidence,
            },
            // What is taken back has no time at which it was known: an invalid one is told by the reason instead.
            "take-back" => new { reason = p.KnownAgo < 0 ? "" : p.Reason, evidence },
            _ => new
            {
                outcome = p.Outcome,
                knownAt,
                reason = p.Reason,
                evidence,
            },
        };
    }

    private static string Word(HttpStatusCode status) =>
        status switch
        {
            HttpStatusCode.BadRequest => "invalid",
            HttpStatusCode.Forbidden => "forbidden",
            HttpStatusCode.Conflict => "conflict",
            HttpStatusCode.OK or HttpStatusCode.Created or HttpStatusCode.NoContent => "done",
            _ => status.ToString(),
        };
}
