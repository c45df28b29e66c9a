using System.Text;
using Domain.Ledger.Notes;
using Domain.Ledger.Text;

namespace Domain.Ledger.Policies;

/// <summary>Takes the lines of a policy in their order: a name is defined on a line before those that use it.</summary>
internal sealed class PolicyReader
{
    /// <summary>The name of the quorum that needs nobody.</summary>
    public const string None = "none";

    /// <summary>The most logs, witnesses or groups that are taken; tlog-policy, "Implementation limits", asks for at least 32 of each.</summary>
    private const int Most = 128;

    private readonly List<PolicyLog> _logs = [];
    private readonly List<PolicyWitness> _witnesses = [];
    private readonly List<PolicyGroup> _groups = [];
    private readonly HashSet<string> _defined = new(StringComparer.Ordinal);
    private readonly HashSet<string> _members = new(StringComparer.Ordinal);
    private string? _quorum;

    /// <summary>Takes a line.</summary>
    /// <param name="items">What the line's white space parts.</param>
    /// <returns>Why it is refused; null where it is not.</returns>
    public string? Read(string[] items) =>
        items switch
        {
            [] => null,
            [['#', ..], ..] => null,
            ["log", var key] => Log(key, null),
            ["log", var key, var url] => Log(key, url),
            ["witness", var name, var key] => Witness(name, key, null),
            ["witness", var name, var key, var url] => Witness(name, key, url),
            ["group", var name, var threshold, .. { Length: > 0 } members] => Group(name, threshold, members),
            ["quorum", var name] => Quorum(name),
            ["log" or "witness" or "group" or "quorum", ..] => $"a line for a {items[0]} has fewer or more items",
            _ => "a line begins with log, witness, group or quorum",
        };

    /// <summary>The policy, after its last line.</summary>
    public Parsed<TrustPolicy> End() =>
        _quorum is null
            ? new Malformed("A policy has a line for the quorum, and this one has none")
            : new TrustPolicy(_logs, _witnesses, _groups, _quorum == None ? null : _quorum);

    private string? Log(string vkey, string? url)
    {
        if (!KeyOf(vkey).Is(out var key, out var malformed))
            return malformed.Reason;
        if (_logs.Exists(l => l.Key.PublicKey.Span.SequenceEqual(key.PublicKey.Span)))
            return "the same public key is another log's";
        _logs.Add(new PolicyLog(key, url));
        return _logs.Count > Most ? $"a policy has at most {Most} logs" : null;
    }

    private string? Witness(string name, string vkey, string? url)
    {
        if (!KeyOf(vkey).Is(out var key, out var malformed))
            return malformed.Reason;
        if (key.Type == SignatureType.Ed25519)
            return "a witness has a key for cosignatures";
        if (_witnesses.Exists(w => w.Key.PublicKey.Span.SequenceEqual(key.PublicKey.Span)))
            return "the same public key is another witness's";
        _witnesses.Add(new PolicyWitness(name, key, url));
        return _witnesses.Count > Most ? $"a policy has at most {Most} witnesses" : Define(name);
    }

    private string? Group(string name, string threshold, string[] members)
    {
        if (ThresholdOf(threshold, members.Length) is not { } least)
            return $"a threshold is any, all, or a number from 1 to that of the members, {members.Length}";
        foreach (var member in members)
        {
            if (!_defined.Contains(member))
                return "a member of a group is defined on a line before";
            if (!_members.Add(member))
                return "a witness or group is a member once";
        }

        _groups.Add(new PolicyGroup(name, least, members));
        return _groups.Count > Most ? $"a policy has at most {Most} groups" : Define(name);
    }

    private string? Quorum(string name)
    {
        if (_quorum is not null)
            return "a policy has one line for the quorum";
        if (name != None && !_defined.Contains(name))
            return "the quorum is none, or a witness or group that is defined on a line before";
        _quorum = name;
        return null;
    }

    private string? Define(string name) => name != None && _defined.Add(name) ? null : "the name is taken";

    private static int? ThresholdOf(string text, int members) =>
        text switch
        {
            "any" => 1,
            "all" => members,
            _ => StrictDecimal.Parse(text) is { } number && number >= 1 && number <= members ? (int)number : null,
        };

    private static Parsed<VerifierKey> KeyOf(string octets) =>
        StrictUtf8.Decode(Encoding.Latin1.GetBytes(octets)) is { } vkey ? VerifierKey.Parse(vkey) : new Malformed("the name of a key is UTF-8");
}
