using System.Net;
using Store.Appending;
using static Api.Tests.Lifecycle.Asking;

namespace Api.Tests.Lifecycle;

/// <summary>Forecasts that expire at an instant that they stated.</summary>
public sealed class ExpiryTests(RunningApi api) : IClassFixture<RunningApi>
{
    [Fact]
    public async Task An_expiry_is_recorded_once_as_of_its_instant_and_the_forecast_can_be_stated_again()
    {
        using var ana = await api.AsAsync("expirer", "analyst", "resolver");
        await api.OpenQuestionAsync("expires");
        await ana.DoAsync("/questions/expires/forecast", new { probability = 0.4 }, HttpMethod.Put);
        // An instant is kept to the microsecond.
        var expiresAt = DateTimeOffset.UtcNow.AddSeconds(15).ToMicroseconds();
        await ana.DoAsync("/questions/expires/forecast", new { probability = 0.8, expiresAt }, HttpMethod.Put);
        await api.Owner.DoAsync("/questions/expires/forecast", new { probability = 0.5, expiresAt = expiresAt.AddDays(1) }, HttpMethod.Put);

        var recorded = await api.EventuallyAsync("/audit/events?question=expires&type=ForecastExpired", a => a.GetProperty("items").GetArrayLength() > 0);
        var expired = recorded.GetProperty("items")[0];
        Assert.Equal(("expirer", "worker"), (expired.GetProperty("data").Text("analyst"), expired.Text("actor")));
        Assert.Equal(expiresAt, expired.GetProperty("data").GetProperty("expiredAt").GetDateTimeOffset());
        var last = (await api.GetAsync("/questions/expires/forecasts/expirer")).GetProperty("steps").EnumerateArray().Last();
        Assert.Equal(("ForecastExpired", false), (last.Text("type"), last.TryGetProperty("after", out _)));
        Assert.Equal(["owner"], (await api.GetAsync("/questions/expires/forecasts")).GetProperty("items").EnumerateArray().Select(f => f.Text("analyst")));

        Assert.Equal(HttpStatusCode.Conflict, (await ana.CommandAsync("/questions/expires/forecast", method: HttpMethod.Delete)).Status);
        await ana.DoAsync("/questions/expires/forecast", new { probability = 0.9 }, HttpMethod.Put);
        var history = (await api.GetAsync("/questions/expires/forecasts/expirer")).GetProperty("steps").EnumerateArray().Select(s => s.Text("type"));
        Assert.Equal(["ForecastSubmitted", "ForecastRevised", "ForecastExpired", "ForecastRevised"], history);
        Assert.Equal(1, await api.CountAsync("expires", "ForecastExpired"));
    }
}
