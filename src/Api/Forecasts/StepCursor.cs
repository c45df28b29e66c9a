using System.Globalization;
using Api.Paging;
using Api.Requests;
using Store.Reading;

namespace Api.Forecasts;

/// <summary>Where a page of a forecast's history goes on: at a step, by its two keys.</summary>
internal static class StepCursor
{
    /// <summary>The step that the caller's cursor names; null where there is none.</summary>
    /// <exception cref="ParameterException">It is no cursor of ours.</exception>
    public static (DateTimeOffset MadeAt, long Sequence)? Read(HttpRequest request)
    {
        if (request.Cursor() is not { } cursor)
            return null;
        return
            cursor.Split('|') is [var made, var sequence]
            && long.TryParse(made, NumberStyles.None, CultureInfo.InvariantCulture, out var ticks)
            && ticks <= DateTimeOffset.MaxValue.UtcTicks
            && long.TryParse(sequence, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? (new DateTimeOffset(ticks, TimeSpan.Zero), number)
            : throw new ParameterException("cursor", "'cursor' is not one that this service gave out.");
    }

    public static string Write(RecordedStep step) => Cursors.Of(FormattableString.Invariant($"{step.MadeAt.UtcTicks}|{step.Sequence}"));
}
