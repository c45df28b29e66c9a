namespace Domain.VerbalScales;

/// <summary>A scale that forecasts may be stated in. A class that derives from this is found by <see cref="VerbalScales.All"/>.</summary>
internal abstract class PublishedScale(int place, VerbalScale scale) : IRegistryEntry
{
    public string Name => Scale.Name;

    public int Place { get; } = place;

    public VerbalScale Scale { get; } = scale;
}
