using System.Globalization;
using System.Text.Json;
using EndToEnd.Tests.Faults.History;

namespace EndToEnd.Tests.Faults.Clients;

/// <summary>Lets people in, changes what they may do, and gives them tokens and takes these away.</summary>
internal sealed class PeopleKeeper(Asking asking, Random random, Person admin) : Client(asking, random)
{
    private int _people;

    protected override TimeSpan Thought => TimeSpan.FromMilliseconds(2_000);

    protected override async Task StepAsync()
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"person-{Asking.Client}-{++_people}");
        await EitherWayAsync(
            admin,
            OperationKind.RegisterAnalyst,
            HttpMethod.Post,
            "/analysts",
            new
            {
                analyst = name,
                name = NextMarker(),
                roles = (string[])["analyst"],
            }
        );
        await EitherWayAsync(
            admin,
            OperationKind.ChangeRoles,
            HttpMethod.Put,
            $"/analysts/{name}/roles",
            new { roles = Random.Next(2) == 0 ? (string[])["analyst", "resolver"] : ["auditor"] }
        );
        var issued = await SurelyAsync(
            admin,
            OperationKind.IssueToken,
            HttpMethod.Post,
            $"/analysts/{name}/tokens",
            new { expiresAt = DateTimeOffset.UtcNow.AddDays(30) }
        );
        if (!issued.IsAcknowledged || issued.AnswerBody?.EndsWith('}') != true)
            return;
        using var token = JsonDocument.Parse(issued.AnswerBody);
        await ReadAsync(new Person(name, token.RootElement.GetProperty("token").GetString()!), "/me");
        await EitherWayAsync(
            admin,
            OperationKind.RevokeToken,
            HttpMethod.Delete,
            $"/analysts/{name}/tokens/{token.RootElement.GetProperty("tokenId").GetString()}"
        );
    }
}
