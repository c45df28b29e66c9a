namespace Benchmarks.Service;

/// <summary>The data sets that lie beside the checkout.</summary>
internal static class DataSets
{
    /// <summary>The folder of one of them; null where there is none.</summary>
    public static string? Folder(string name)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !Directory.Exists(Path.Combine(folder.FullName, "shared", "data"))) folder = folder.Parent;
        return folder is null ? null : Path.Combine(folder.FullName, "shared", "data", name);
    }
}
