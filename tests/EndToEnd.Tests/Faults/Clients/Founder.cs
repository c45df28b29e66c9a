using System.Text.Json;
using EndToEnd.Tests.Faults.History;

namespace EndToEnd.Tests.Faults.Clients;

/// <summary>Lets people in and opens the questions that everybody forecasts on.</summary>
internal sealed class Founder(Asking asking, Person owner) : Client(asking, new Random(0))
{
    /// <summary>Registers somebody.</summary>
    public async Task<Person> RegisterAsync(string name, params string[] roles)
    {
        var answer = await SurelyAsync(
            owner,
            OperationKind.RegisterAnalyst,
            HttpMethod.Post,
            "/analysts",
            new
            {
                analyst = name,
                name,
                roles,
            }
        );
        Assert.True(answer.IsAcknowledged, answer.ToString());
        using var issued = JsonDocument.Parse(answer.AnswerBody!);
        return new Person(name, issued.RootElement.GetProperty("token").GetString()!);
    }

    /// <summary>Asks a question that stays open for longer than any run.</summary>
    public async Task OpenAsync(string slug)
    {
        var drafted = await SurelyAsync(owner, OperationKind.Draft, HttpMethod.Post, "/questions", Drafts.Binary(slug, DateTimeOffset.UtcNow.AddDays(100)));
        Assert.True(drafted.IsAcknowledged, drafted.ToString());
        var opened = await SurelyAsync(owner, OperationKind.Open, HttpMethod.Post, $"/questions/{slug}/open");
        Assert.True(opened.IsAcknowledged, opened.ToString());
    }

    protected override Task StepAsync() => throw new InvalidOperationException("It has nothing more to do.");
}
