using Store.Events;
using Worker.EventNotifications;

namespace Worker.Tests;

/// <summary>Which events are announced.</summary>
public sealed class AnnouncedEventsTests
{
    [Fact]
    public void Everything_is_announced_but_what_happens_to_people()
    {
        string[] ofPeople = ["AnalystRegistered", "RolesChanged", "TokenIssued", "TokenRevoked", "PersonErased"];
        Assert.Equal(EventNames.All.Keys.Select(t => t.Name).Except(ofPeople).Order(StringComparer.Ordinal), EventNotificationFilter.AllTypes);
        Assert.Contains("QuestionScored", EventNotificationFilter.AllTypes);
    }
}
