using System.Globalization;

namespace Benchmarks;

/// <summary>What follows a command's name: <c>--option value</c>.</summary>
internal static class Options
{
    /// <summary>The text that follows the option; null where it is not given.</summary>
    public static string? Text(string[] args, string option) => args.SkipWhile(a => a != option).Skip(1).FirstOrDefault();

    /// <summary>The whole number that follows the option; null where it is not given.</summary>
    /// <exception cref="FormatException">What follows is no whole number.</exception>
    public static int? Number(string[] args, string option) => Text(args, option) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;
}
