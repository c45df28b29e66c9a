using System.Net;
using System.Text.RegularExpressions;
using Api.Http;
using ScottPlot;

namespace Api.Drawing;

/// <summary>A plot with what it shows in words, for those who cannot see it.</summary>
/// <param name="Plot">What is drawn.</param>
/// <param name="Width">In pixels at 96 to the inch.</param>
/// <param name="Height">Likewise.</param>
/// <param name="Title">What it is a picture of.</param>
/// <param name="Words">What is to be seen in it.</param>
public sealed partial record Picture(Plot Plot, int Width, int Height, string Title, string Words)
{
    // A PNG is drawn at twice the size, so that it can be printed.
    private const int Finer = 2;

    /// <summary>The picture as SVG, its text alternative in <c>title</c> and <c>desc</c>.</summary>
    public string Svg()
    {
        // A reader's system may lack the letters that this one measured by.
        var svg = LetterFamily().Replace(Plot.GetSvgXml(Width, Height), "font-family=\"$1, Verdana, sans-serif\"");
        var start = svg.IndexOf("<svg", StringComparison.Ordinal);
        var end = svg.IndexOf('>', start);
        return $"""
            {svg[start..end]} role="img" aria-labelledby="title words" viewBox="0 0 {Width} {Height}">
            <title id="title">{WebUtility.HtmlEncode(Title)}</title>
            <desc id="words">{WebUtility.HtmlEncode(Words)}</desc>
            {svg[(end + 1)..]}
            """;
    }

    /// <summary>The picture as PNG, its text alternative in the text chunks <c>Title</c> and <c>Description</c>.</summary>
    public byte[] Png()
    {
        Plot.ScaleFactor = Finer;
        try
        {
            return PngText.Add(Plot.GetImageBytes(Width * Finer, Height * Finer, ImageFormat.Png), ("Title", Title), ("Description", Words));
        }
        finally
        {
            Plot.ScaleFactor = 1;
        }
    }

    [GeneratedRegex("font-family=\"([^\"]+)\"")]
    private static partial Regex LetterFamily();

    public IResult ToResult(string mediaType) => mediaType == MediaTypes.Svg ? Results.Text(Svg(), MediaTypes.Svg) : Results.Bytes(Png(), MediaTypes.Png);
}
