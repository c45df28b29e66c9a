using System.Text.Json;

namespace Domain.Tests.Ledger;

/// <summary>Golden files of our own, and bytes of logs that others made from a folder beside the checkout, where there is one.</summary>
internal static class LedgerFiles
{
    /// <summary>Why a test that needs the folder beside the checkout is skipped.</summary>
    public const string NoVectors = "The logs of others are not part of this repository, and are not beside it.";

    /// <summary>The folder of logs that others made; null where it is missing.</summary>
    public static string? Vectors { get; } = FindVectors();

    /// <summary>The bytes of a golden file.</summary>
    public static byte[] Golden(string name) =>
        File.ReadAllBytes(Path.Combine(Architecture.SourceTree.Root, "tests", "Domain.Tests", "Ledger", "Golden", name));

    /// <summary>A golden file of JSON.</summary>
    public static JsonElement GoldenJson(string name) => JsonDocument.Parse(Golden(name)).RootElement;

    private static string? FindVectors()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !Directory.Exists(Path.Combine(folder.FullName, "shared", "vectors")))
            folder = folder.Parent;
        return folder is null ? null : Path.Combine(folder.FullName, "shared", "vectors");
    }
}
