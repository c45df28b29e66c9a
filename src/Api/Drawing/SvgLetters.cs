using System.Globalization;
using System.Security;
using System.Text;

namespace Api.Drawing;

/// <summary>Writes text into an SVG as text, so that whoever reads it draws it with fonts of their own, and can find and copy it.</summary>
internal static class SvgLetters
{
    private const string Families = "DejaVu Sans, Verdana, Noto Sans, Arial, Noto Sans CJK SC, sans-serif";

    public static string Write(IEnumerable<Lettering> texts)
    {
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<g font-family=\"{Families}\">\n");
        foreach (var text in texts)
            Write(svg, text);
        return svg.Append("</g>\n").ToString();
    }

    private static void Write(StringBuilder svg, Lettering text)
    {
        if (text.Lines.Count == 0)
            return;
        var anchor = text.Anchor switch
        {
            Anchor.Start => "start",
            Anchor.Middle => "middle",
            _ => "end",
        };
        var rim = text.OverPlot ? " stroke=\"#ffffff\" stroke-width=\"4\" stroke-linejoin=\"round\" paint-order=\"stroke\"" : "";
        svg.Append(
            CultureInfo.InvariantCulture,
            $"<text x=\"{text.X:0.##}\" y=\"{text.Baseline:0.##}\" font-size=\"{text.Size:0.##}\" text-anchor=\"{anchor}\" fill=\"{text.Colour.ToHex()}\"{rim}>"
        );
        for (var i = 0; i < text.Lines.Count; i++)
        {
            var words = SecurityElement.Escape(text.Lines[i]);
            if (text.Lines.Count == 1)
                svg.Append(words);
            else
                svg.Append(
                    CultureInfo.InvariantCulture,
                    $"<tspan x=\"{text.X:0.##}\" dy=\"{(i == 0 ? 0 : text.Size * Lettering.LineHeight):0.##}\">{words}</tspan>"
                );
        }

        svg.Append("</text>\n");
    }
}
