using System.Globalization;
using System.Text.Json;
using EndToEnd.Tests.Faults.History;

namespace EndToEnd.Tests.Faults.Clients;

/// <summary>Registers webhooks, some of them while faults strike.</summary>
internal sealed class Subscriber(Asking asking, Random random, Person person, WebhookReceiver receiver) : Client(asking, random)
{
    private const int Most = 4;

    private int _webhooks;

    protected override TimeSpan Thought => TimeSpan.FromSeconds(20);

    /// <summary>Registers one.</summary>
    /// <param name="events">What it is told of; everything where it names nothing.</param>
    public async Task RegisterAsync(params string[] events)
    {
        var path = string.Create(CultureInfo.InvariantCulture, $"webhook-{++_webhooks}");
        var answer = await SurelyAsync(person, OperationKind.RegisterWebhook, HttpMethod.Post, "/webhooks", new { url = receiver.Address + path, events });
        if (answer.IsAcknowledged && answer.AnswerBody?.EndsWith('}') == true)
        {
            using var registered = JsonDocument.Parse(answer.AnswerBody);
            receiver.Name(path, registered.RootElement.GetProperty("id").GetString()!);
        }
    }

    protected override Task StepAsync() => _webhooks < Most ? RegisterAsync("QuestionResolved", "QuestionScored") : Task.CompletedTask;
}
