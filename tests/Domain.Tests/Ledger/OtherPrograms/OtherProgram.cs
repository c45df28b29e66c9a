using System.Diagnostics;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Domain.Tests.Ledger.OtherPrograms;

/// <summary>Programs that check the product's bytes with code that others wrote. They run where what they need is installed, or can be.</summary>
internal static class OtherProgram
{
    private const string GoPackages = "/usr/share/gocode";

    /// <summary>Go reads a hash from the text as it stands, without escapes.</summary>
    private static readonly JsonSerializerOptions CamelCase = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly string[] NodePackages = ["@sigstore/verify@4.1.3", "@noble/ed25519@3.2.0", "@noble/post-quantum@0.7.1", "canonicalize@5.1.0"];

    private static readonly Lazy<string?> NodeFolder = new(InstallNodePackages);

    /// <summary>Asks the program in Go, or skips the test.</summary>
    public static JsonElement AskGo(object question)
    {
        var go = new[] { "/usr/lib/go-1.19/bin/go", "/usr/lib/go/bin/go" }.FirstOrDefault(File.Exists);
        Assert.SkipWhen(
            go is null || !Directory.Exists(Path.Combine(GoPackages, "src/golang.org/x/mod")),
            "Go and its golang.org/x/mod (Debian's golang-go and golang-golang-x-mod-dev) are not installed."
        );
        var environment = new Dictionary<string, string>
        {
            ["GO111MODULE"] = "off",
            ["GOPATH"] = GoPackages,
            ["GOCACHE"] = Path.Combine(Path.GetTempPath(), "forecasts-tests-go"),
        };
        // Go spells the fields of its structures with capitals, and reads them whatever their case.
        return Ask(go!, ["run", Source("check.go")], JsonSerializer.Serialize(question, CamelCase), Path.GetTempPath(), environment);
    }

    /// <summary>Asks the program in JavaScript, or skips the test.</summary>
    public static JsonElement AskNode(object question)
    {
        Assert.SkipWhen(NodeFolder.Value is null, "Node.js is missing, or its packages could not be fetched with npm.");
        var script = Path.Combine(NodeFolder.Value!, "check.mjs");
        File.Copy(Source("check.mjs"), script, overwrite: true);
        return Ask("node", [script], JsonSerializer.Serialize(question, CamelCase), NodeFolder.Value!, []);
    }

    private static JsonElement Ask(string program, string[] arguments, string question, string folder, Dictionary<string, string> environment)
    {
        var (code, output, error) = Run(program, arguments, question, folder, environment);
        Assert.True(code == 0, error);
        return JsonDocument.Parse(output).RootElement;
    }

    /// <summary>A folder of the user's cache with the packages, so that they are fetched once; null where they cannot be.</summary>
    private static string? InstallNodePackages()
    {
        var folder = Path.Combine(
            Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.Create),
            "forecasts-tests",
            "ledger-1"
        );
        if (File.Exists(Path.Combine(folder, "complete")))
            return folder;
        try
        {
            Directory.CreateDirectory(folder);
            string[] install = ["install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", folder, .. NodePackages];
            if (Run("node", ["--version"], "", folder, []).Code != 0 || Run("npm", install, "", folder, []).Code != 0)
                return null;
            File.WriteAllText(Path.Combine(folder, "complete"), "");
            return folder;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    private static (int Code, string Output, string Error) Run(
        string program,
        string[] arguments,
        string input,
        string folder,
        Dictionary<string, string> environment
    )
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        process.WaitForExit();
        return (process.ExitCode, output.Result, error.Result);
    }

    private static string Source(string name) => Path.Combine(Architecture.SourceTree.Root, "tests", "Domain.Tests", "Ledger", "OtherPrograms", name);
}
