using System.Globalization;

namespace Api.Pages.Pictures;

/// <summary>Where the values of an axis lie in a picture.</summary>
/// <param name="From">The value at <paramref name="Start"/>.</param>
/// <param name="To">The value at <paramref name="End"/>; another one.</param>
/// <param name="Start">In the picture's units.</param>
/// <param name="End">Likewise; it may be less than the start, as upwards.</param>
public readonly record struct Scale(double From, double To, double Start, double End)
{
    /// <summary>Where a value lies, as an attribute says it.</summary>
    public string At(double value) => Text(Place(value));

    /// <summary>Where a value lies.</summary>
    public double Place(double value) => Start + ((value - From) / (To - From) * (End - Start));

    /// <summary>A length or a place as an attribute says it, to a tenth.</summary>
    public static string Text(double place) => Math.Round(place, 1).ToString("0.#", CultureInfo.InvariantCulture);
}
