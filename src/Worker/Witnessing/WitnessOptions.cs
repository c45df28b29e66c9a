namespace Worker.Witnessing;

/// <summary>A witness that is asked for cosignatures (section <c>Ledger:Witnesses</c>). One with two keys stands there twice.</summary>
public sealed record WitnessOptions
{
    /// <summary>The submission prefix of the witness (tlog-witness), such as <c>https://witness.example.org</c>.</summary>
    public string Url { get; init; } = "";

    /// <summary>The key by which its cosignatures are verified, <c>&lt;name&gt;+&lt;id&gt;+&lt;base64&gt;</c>.</summary>
    public string Key { get; init; } = "";
}
