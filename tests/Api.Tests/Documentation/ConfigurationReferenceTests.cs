using System.Reflection;
using Api.Authorization;
using Api.Limits;
using Api.Live;
using Store.GroupCommit;
using Worker.DeliveringWebhooks;
using Worker.ExtendingLedger;

namespace Api.Tests.Documentation;

/// <summary>The configuration reference against the options that the programs bind.</summary>
public sealed class ConfigurationReferenceTests
{
    private static readonly (string Section, Type Options)[] Bound =
    [
        ("Access", typeof(IdentityProvider)),
        ("Access", typeof(PublicAccess)),
        ("Limits", typeof(ServiceLimits)),
        ("Live", typeof(LiveOptions)),
        ("Submissions", typeof(GroupCommitLimits)),
        ("Webhooks", typeof(WebhookOptions)),
        ("Ledger", typeof(LedgerOptions)),
    ];

    [Fact]
    public void Every_setting_that_is_bound_has_a_row()
    {
        var rows = Rows();
        var missing = Bound
            .SelectMany(b =>
                b.Options.GetProperties(BindingFlags.Public | BindingFlags.Instance)
                    .Where(p => p.DeclaringType == b.Options && p.Name != "EqualityContract")
                    .Select(p => $"{b.Section}:{p.Name}")
            )
            .Where(s => !rows.Contains(s));
        Assert.Empty(missing);
    }

    [Fact]
    public void Every_row_of_a_bound_section_is_a_setting()
    {
        // These are read by their own names, beside what is bound.
        string[] single = ["Access:OwnerToken", "Access:LastUseEverySeconds"];
        var sections = Bound.ToLookup(b => b.Section, b => b.Options, StringComparer.Ordinal);
        var unknown = Rows()
            .Where(r =>
                sections.Contains(r.Split(':')[0]) && !single.Contains(r) && sections[r.Split(':')[0]].All(o => o.GetProperty(r.Split(':')[1]) is null)
            );
        Assert.Empty(unknown);
    }

    private static HashSet<string> Rows()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root!.FullName, "Forecasts.sln")))
            root = root.Parent;
        return
        [
            .. File.ReadLines(Path.Combine(root.FullName, "docs", "configuration.md"))
                .Where(l => l.StartsWith("| `", StringComparison.Ordinal))
                .Select(l => l.Split('`')[1]),
        ];
    }
}
