using System.Globalization;
using EndToEnd.Tests.Faults.History;

namespace EndToEnd.Tests.Faults.Clients;

/// <summary>Asks questions one after the other, and amends each in every way before it closes it, or has it close by itself.</summary>
internal sealed class Editor(Asking asking, Random random, Person person) : Client(asking, random)
{
    private int _questions;
    private int _steps;
    private string _slug = "";

    protected override TimeSpan Thought => TimeSpan.FromMilliseconds(600);

    protected override Task StepAsync()
    {
        switch (_steps++)
        {
            case 0:
                _slug = string.Create(CultureInfo.InvariantCulture, $"edited-{Asking.Client}-{++_questions}");
                // One of three closes by itself, within the run.
                var closesAt = DateTimeOffset.UtcNow + (Random.Next(3) == 0 ? TimeSpan.FromSeconds(Random.Next(8, 20)) : TimeSpan.FromDays(50));
                return EitherWayAsync(person, OperationKind.Draft, HttpMethod.Post, "/questions", Drafts.Binary(_slug, closesAt));
            case 1:
                return EitherWayAsync(person, OperationKind.Open, HttpMethod.Post, $"/questions/{_slug}/open");
            case > 8:
                _steps = 0;
                return EitherWayAsync(person, OperationKind.Close, HttpMethod.Post, $"/questions/{_slug}/close");
        }

        return Random.Next(4) switch
        {
            0 => EitherWayAsync(person, OperationKind.Clarify, HttpMethod.Post, $"/questions/{_slug}/clarifications", new { text = NextMarker() }),
            1 => EitherWayAsync(
                person,
                OperationKind.LogEvidence,
                HttpMethod.Post,
                $"/questions/{_slug}/evidence",
                new
                {
                    occurredAt = DateTimeOffset.UtcNow.AddDays(-1),
                    title = NextMarker(),
                    source = "a window",
                }
            ),
            2 => EitherWayAsync(
                person,
                OperationKind.Reschedule,
                HttpMethod.Post,
                $"/questions/{_slug}/reschedule",
                new { closesAt = DateTimeOffset.UtcNow.AddDays(Random.Next(20, 60)), reason = NextMarker() }
            ),
            _ => ReadAsync(person, $"/questions/{_slug}"),
        };
    }
}
