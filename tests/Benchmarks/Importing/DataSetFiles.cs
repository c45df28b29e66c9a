using System.IO.Compression;

namespace Benchmarks.Importing;

/// <summary>
/// The three files of a data set, packed. Where only a part is wanted, or the whole once more under other names, copies are made beside; that takes
/// files whose rows are a line each and begin with the question's name.
/// </summary>
internal sealed class DataSetFiles(string folder, string aside, int? rows)
{
    public static readonly IReadOnlyList<string> Kinds = ["questions", "forecasts", "outcomes"];

    /// <summary>The folder of a data set that lies beside the checkout; null where there is none.</summary>
    public static string? Beside(string name)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !Directory.Exists(Path.Combine(folder.FullName, "shared", "data")))
            folder = folder.Parent;
        return folder is null ? null : Path.Combine(folder.FullName, "shared", "data", name);
    }

    /// <summary>Where the file of a kind lies, its questions named apart from those of every other round.</summary>
    public string Of(string kind, int round)
    {
        var source = Path.Combine(folder, kind + ".csv.gz");
        if (rows is null && round == 1 && File.Exists(source))
            return source;
        var target = Path.Combine(aside, $"{kind}-{round}.csv.gz");
        if (!File.Exists(target))
            Write(round);
        return target;
    }

    private void Write(int round)
    {
        var named = rows is null ? null : Lines("forecasts").Skip(1).Take(rows.Value).Select(Question).ToHashSet(StringComparer.Ordinal);
        foreach (var kind in Kinds)
        {
            var lines = Lines(kind);
            var wanted = kind == "forecasts" ? lines.Skip(1).Take(rows ?? int.MaxValue) : lines.Skip(1).Where(l => named?.Contains(Question(l)) != false);
            using var writer = new StreamWriter(new GZipStream(File.Create(Path.Combine(aside, $"{kind}-{round}.csv.gz")), CompressionLevel.Optimal));
            writer.WriteLine(lines.First());
            foreach (var line in wanted)
                writer.WriteLine(round == 1 ? line : $"r{round}-{line}");
        }
    }

    private static string Question(string line) => line[..line.IndexOf(',', StringComparison.Ordinal)];

    private IEnumerable<string> Lines(string kind)
    {
        var plain = Path.Combine(folder, kind + ".csv");
        using var reader = new StreamReader(
            File.Exists(plain) ? File.OpenRead(plain) : new GZipStream(File.OpenRead(plain + ".gz"), CompressionMode.Decompress)
        );
        while (reader.ReadLine() is { } line)
            yield return line;
    }
}
