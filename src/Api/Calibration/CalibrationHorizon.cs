using System.Globalization;
using Api.Endpoints;
using Api.Requests;

namespace Api.Calibration;

/// <summary>
/// A distance before the scheduled close. <c>7d</c> is the instant seven days before it: each question counts with the one forecast that stood then.
/// <c>7d-30d</c> is the stretch from thirty to seven days before it, within which forecasts count by their time.
/// </summary>
/// <param name="Nearest">The end that is nearer to the close.</param>
/// <param name="Farthest">The other end; null for an instant.</param>
public readonly record struct CalibrationHorizon(TimeSpan Nearest, TimeSpan? Farthest)
{
    private const string Help =
        "'horizon' is a time before the close in hours, days or weeks, such as 36h, 7d or 4w, or two of them, the nearer first: 7d-30d.";

    /// <summary>How long before the close.</summary>
    public static readonly QueryParameter Parameter = QueryParameter.Text("horizon", "Only forecasts as they stood this long before the close.", maxLength: 30);

    /// <summary>The horizon that a request asks for, and its text; null where it asks for none.</summary>
    public static (CalibrationHorizon? Horizon, string? Text) Of(HttpRequest request)
    {
        if (request.Text(Parameter) is not { } text)
            return (null, null);
        var parts = text.Split('-');
        var near = Parse(parts[0]);
        if (parts.Length == 1)
            return (new CalibrationHorizon(near, null), text);
        var far = parts.Length == 2 ? Parse(parts[1]) : throw new ParameterException("horizon", Help);
        return far > near ? (new CalibrationHorizon(near, far), text) : throw new ParameterException("horizon", Help);
    }

    /// <summary>The stretch ⟨from, to) of a question that closes at an instant; an instant is a stretch of one tick.</summary>
    public (DateTimeOffset From, DateTimeOffset To) Before(DateTimeOffset closesAt)
    {
        var to = closesAt - Nearest;
        return Farthest is { } far ? (closesAt - far, to) : (to, to.AddTicks(1));
    }

    private static TimeSpan Parse(string text)
    {
        var hours =
            text.Length == 0
                ? 0
                : text[^1] switch
                {
                    'h' => 1,
                    'd' => 24,
                    'w' => 168,
                    _ => 0,
                };
        return
            hours > 0
            && int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            && count <= 87_600 / hours
            ? TimeSpan.FromHours(count * hours)
            : throw new ParameterException("horizon", Help);
    }
}
