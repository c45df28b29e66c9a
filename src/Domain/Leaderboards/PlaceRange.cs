using System.Text.Json.Serialization;

namespace Domain.Leaderboards;

/// <summary>Places of a board that follow one another, counted from 1 in its order; both ends are included.</summary>
/// <param name="From">The first.</param>
/// <param name="To">The last.</param>
public readonly record struct PlaceRange(int From, int To)
{
    /// <summary>How many places they are.</summary>
    [JsonIgnore]
    public int Count => To - From + 1;

    /// <summary>Rising places as ranges.</summary>
    internal static PlaceRange[] Of(IEnumerable<int> places)
    {
        var ranges = new List<PlaceRange>();
        foreach (var place in places)
        {
            if (ranges.Count > 0 && ranges[^1].To == place - 1)
                ranges[^1] = ranges[^1] with { To = place };
            else
                ranges.Add(new PlaceRange(place, place));
        }

        return [.. ranges];
    }
}
