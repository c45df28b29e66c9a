using System.Globalization;
using System.Text.Json;
using EndToEnd.Tests.Faults.History;

namespace EndToEnd.Tests.Faults.Clients;

/// <summary>
/// Two people who bring question after question to its outcome: one proposes, the other confirms or rejects; outcomes are disputed, corrected, annulled
/// and taken back. What is done next follows from what the service shows, since an answer may have been lost.
/// </summary>
internal sealed class Resolvers(Asking asking, Random random, Person editor, Person forecaster, Person one, Person other) : Client(asking, random)
{
    private const int MostSteps = 14;

    private int _questions;
    private int _steps = MostSteps;
    private int _forecasts;
    private string _slug = "";

    protected override TimeSpan Thought => TimeSpan.FromMilliseconds(500);

    private string Resolution => $"/questions/{_slug}/resolution";

    protected override async Task StepAsync()
    {
        if (_steps >= MostSteps)
            (_slug, _steps, _forecasts) = (string.Create(CultureInfo.InvariantCulture, $"resolved-{Asking.Client}-{++_questions}"), 0, 0);
        _steps++;
        var shown = await ReadSurelyAsync(one, $"/questions/{_slug}");
        if (shown.Status == 404)
        {
            await EitherWayAsync(editor, OperationKind.Draft, HttpMethod.Post, "/questions", Drafts.Binary(_slug, DateTimeOffset.UtcNow.AddDays(50)));
            return;
        }

        // An answer that was cut off after its head is known to be one, and shows nothing.
        if (!shown.IsAcknowledged || !IsWhole(shown.AnswerBody))
            return;
        using var question = JsonDocument.Parse(shown.AnswerBody!);
        await ActAsync(question.RootElement);
    }

    private static bool IsWhole(string? body) => body is not null && body.EndsWith('}');

    private async Task ActAsync(JsonElement question)
    {
        if (question.TryGetProperty("proposal", out var proposal) && proposal.ValueKind == JsonValueKind.Object)
        {
            await JudgeAsync(proposal);
            return;
        }

        switch (question.GetProperty("status").GetString())
        {
            case "draft":
                await EitherWayAsync(editor, OperationKind.Open, HttpMethod.Post, $"/questions/{_slug}/open");
                break;
            case "open" when _forecasts++ < 2:
                await EitherWayAsync(
                    forecaster,
                    OperationKind.Forecast,
                    HttpMethod.Put,
                    $"/questions/{_slug}/forecast",
                    new { probability = Random.Next(1, 100) / 100.0, rationale = NextMarker() }
                );
                break;
            case "open" or "closed":
                await ProposeAsync(OperationKind.Propose, Resolution, "yes");
                break;
            case "resolved":
                await OverturnAsync(question);
                break;
            default:
                _steps = MostSteps;
                break;
        }
    }

    private Task<ClientOperation> JudgeAsync(JsonElement proposal)
    {
        var judge = proposal.GetProperty("proposedBy").GetString() == one.Name ? other : one;
        var id = proposal.GetProperty("id").GetString();
        return Random.Next(4) == 0
            ? EitherWayAsync(judge, OperationKind.Reject, HttpMethod.Post, $"{Resolution}/reject", new { reason = NextMarker(), proposal = id })
            : EitherWayAsync(judge, OperationKind.Confirm, HttpMethod.Post, $"{Resolution}/confirm", new { proposal = id });
    }

    private Task<ClientOperation> ProposeAsync(OperationKind kind, string path, string outcome) =>
        EitherWayAsync(
            Random.Next(2) == 0 ? one : other,
            kind,
            HttpMethod.Post,
            path,
            new
            {
                outcome,
                // What was stated more than a second before counts; a clock that was set back by more refuses it.
                knownAt = DateTimeOffset.UtcNow.AddSeconds(-1),
                reason = NextMarker(),
                evidence = (string[])["a gauge"],
            }
        );

    private async Task OverturnAsync(JsonElement question)
    {
        switch (Random.Next(6))
        {
            case 0:
                var stands = question.GetProperty("resolutionId").GetString();
                await EitherWayAsync(
                    forecaster,
                    OperationKind.Dispute,
                    HttpMethod.Post,
                    $"{Resolution}/dispute",
                    new { reason = NextMarker(), resolution = stands }
                );
                break;
            case 1:
                await ProposeAsync(OperationKind.Correct, $"{Resolution}/correct", question.GetProperty("outcome").GetString() == "yes" ? "no" : "yes");
                break;
            case 2:
                await EitherWayAsync(one, OperationKind.Annul, HttpMethod.Post, $"{Resolution}/annul", new { reason = NextMarker() });
                break;
            default:
                _steps = MostSteps;
                break;
        }
    }
}
