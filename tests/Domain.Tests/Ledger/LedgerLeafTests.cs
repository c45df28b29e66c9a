using System.Text;
using System.Text.Json;
using CsCheck;
using Domain.Ledger.Leaves;
using Domain.Ledger.Merkle;

namespace Domain.Tests.Ledger;

/// <summary>Leaves, commitments and disclosures.</summary>
public sealed class LedgerLeafTests
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private static readonly LedgerLeaf Golden = LedgerLeaf.Parse(LedgerFiles.Golden("leaf.json")).Value;

    [Fact]
    public void The_golden_leaf_is_made_from_the_stored_JSON()
    {
        var opened = GoldenEvent();

        Assert.Equal(Encoding.UTF8.GetString(LedgerFiles.Golden("leaf.json")), Encoding.UTF8.GetString(opened.Leaf.Format().Value));
        Assert.Equal(Encoding.UTF8.GetString(LedgerFiles.Golden("disclosure.json")), Encoding.UTF8.GetString(Disclosure.Format(opened)));
        Assert.Empty(opened.Mismatches());
    }

    [Fact]
    public void A_disclosure_is_read_as_it_was_written()
    {
        var read = Disclosure.Parse(LedgerFiles.Golden("disclosure.json")).Value;

        Assert.Empty(read.Mismatches());
        Assert.Equal("\"ana\"", Encoding.UTF8.GetString(read.Actor!.Value.Span));
        Assert.Equal(LedgerFiles.Golden("disclosure.json"), Disclosure.Format(read));
        // Indented, it says the same.
        var indented = JsonSerializer.SerializeToUtf8Bytes(LedgerFiles.GoldenJson("disclosure.json"), Indented);
        Assert.Equal(LedgerFiles.Golden("disclosure.json"), Disclosure.Format(Disclosure.Parse(indented).Value));
    }

    [Fact]
    public void The_deepest_data_is_disclosed_and_read_again()
    {
        var opened = Make($"{new string('[', CanonicalJson.Deepest)}{new string(']', CanonicalJson.Deepest)}");

        Assert.Empty(Disclosure.Parse(Disclosure.Format(opened)).Value.Mismatches());
    }

    [Fact]
    public void What_is_erased_is_null_and_the_rest_still_fits()
    {
        var opened = GoldenEvent();
        var erased = opened with { Actor = null, Text = [opened.Text[0], null] };
        var bytes = Disclosure.Format(erased);

        Assert.Empty(Disclosure.Parse(bytes).Value.Mismatches());
        Assert.DoesNotContain("It snowed", Encoding.UTF8.GetString(bytes), StringComparison.Ordinal);
        Assert.Equal(opened.Leaf.Format().Value, Disclosure.Parse(bytes).Value.Leaf.Format().Value);
    }

    [Fact]
    public void What_does_not_fit_is_named()
    {
        var opened = GoldenEvent();
        var other = new Opening(opened.Stream!.Salt, "\"forecast/snow-in-june/ben\""u8.ToArray());
        var unsalted = opened.Actor! with { Salt = new Salt(new byte[Salt.Length]) };

        Assert.Equal(["stream"], (opened with { Stream = other }).Mismatches());
        Assert.Equal(["actor"], (opened with { Actor = unsalted }).Mismatches());
        Assert.Equal(["stream", "actor"], (opened with { Stream = opened.Actor, Actor = opened.Stream }).Mismatches());
        Assert.Equal(["text[0]", "text[1]"], (opened with { Text = [opened.Text[1], opened.Text[0]] }).Mismatches());
        Assert.Equal(["text[1]"], (opened with { Text = [opened.Text[0]] }).Mismatches());
        Assert.Equal(["text[2]"], (opened with { Text = [.. opened.Text, null] }).Mismatches());
    }

    [Fact]
    public void A_commitment_of_one_field_is_none_of_another()
    {
        var salt = new Salt(new byte[Salt.Length]);
        var commitments = Enum.GetValues<CommittedField>().Select(f => Commitment.To(f, salt, "null"u8)).ToList();

        Assert.Equal(commitments.Count, commitments.Distinct().Count());
        Assert.True(commitments[0].IsOpenedBy(CommittedField.Stream, salt, "null"u8));
        Assert.False(commitments[0].IsOpenedBy(CommittedField.Actor, salt, "null"u8));
    }

    [Fact]
    public void Nobody_is_committed_as_null_and_looks_like_somebody()
    {
        var opened = Make(actor: null);

        Assert.Equal("null", Encoding.UTF8.GetString(opened.Actor!.Value.Span));
        Assert.Equal(Make(actor: "ana").Leaf.Format().Value.Length, opened.Leaf.Format().Value.Length);
    }

    [Fact]
    public void Leaves_differ_with_every_salt()
    {
        Assert.NotEqual(Make().Leaf.Stream, Make(salt: 100).Leaf.Stream);
        Assert.Equal(Make().Leaf.Format().Value, Make().Leaf.Format().Value);
    }

    [Fact]
    public void The_spelling_of_the_stored_JSON_changes_nothing()
    {
        var stored = """{"b": "x", "a": [ 1.50, "y" ]}""";

        Assert.Equal(Make(stored, ["/b", "/a/*"]).Leaf.Format().Value, Make("""{"a":[15e-1,"\u0079"],"b":"x"}""", ["/b", "/a/*"]).Leaf.Format().Value);
    }

    [Fact]
    public void Free_texts_are_found_by_their_places()
    {
        var json = CanonicalJson
            .Canonicalize(
                """{"a/b":"1","list":[{"t":"2","u":"-"},["-"],{"t":"3"},{"t":null},{"u":{"t":"-"}}],"t":"-","whole":["4",["5"]],"z":{"list":["6",7,null]}}"""u8
            )
            .Value;
        var found = new List<string>();
        var replaced = FreeTexts.Replace(
            json,
            new HashSet<string> { "/a~1b", "/list/*/t", "/whole", "/z/list/*" },
            text =>
            {
                found.Add(Encoding.UTF8.GetString(text.Span));
                return "<>";
            }
        );

        Assert.Equal(["\"1\"", "\"2\"", "\"3\"", """["4",["5"]]""", "\"6\"", "7"], found);
        Assert.Equal(
            """{"a/b":"<>","list":[{"t":"<>","u":"-"},["-"],{"t":"<>"},{"t":null},{"u":{"t":"-"}}],"t":"-","whole":"<>","z":{"list":["<>","<>",null]}}""",
            Encoding.UTF8.GetString(replaced)
        );
    }

    [Fact]
    public void Erasing_a_text_leaves_the_data_as_it_was_committed()
    {
        var (before, after) = (
            GoldenEvent(),
            """
            {"question":"snow-in-june","analyst":"ana","statement":{"probability":0.65},"madeAt":"2026-06-01T08:00:00Z","expiresAt":null,
             "rationale":"","evidence":[]}
            """u8.ToArray()
        );
        var kept = new Queue<Commitment>(before.Leaf.Text);
        var data = FreeTexts.Replace(CanonicalJson.Canonicalize(after).Value, TextPlaces(), _ => kept.Dequeue().ToString());

        Assert.True(before.Leaf.Data.IsOpenedBy(CommittedField.Data, before.Data!.Salt, data));
    }

    [Fact]
    public void A_leaf_is_read_as_it_was_written() =>
        (
            from id in Gen.Guid
            from version in Gen.Long[1, 9_007_199_254_740_991]
            from type in Gen.String[Gen.Char["abc_\"\\é\n"], 1, 20]
            from microseconds in Gen.Long[0, 4_000_000_000_000_000]
            from hashes in Gen.Byte.Array[Digest.Length].Array[3, 12]
            select new LedgerLeaf(
                id,
                new Commitment(new Digest(hashes[0])),
                version,
                type,
                DateTimeOffset.UnixEpoch.AddTicks(microseconds * 10),
                new Commitment(new Digest(hashes[1])),
                new Commitment(new Digest(hashes[2])),
                [.. hashes[3..].Select(h => new Commitment(new Digest(h)))]
            )
        ).Sample(
            leaf =>
            {
                var bytes = leaf.Format().Value;
                Assert.Equal(bytes, CanonicalJson.Canonicalize(bytes).Value);
                Assert.Equal(bytes, LedgerLeaf.Parse(bytes).Value.Format().Value);
                Assert.InRange(bytes.Length, 1, LedgerLeaf.Bound - 1);
            },
            iter: 500
        );

    [Theory]
    [InlineData("\"v\":1", "\"v\":2")]
    [InlineData("\"v\":1,", "")]
    [InlineData("\"version\":1", "\"version\":0")]
    [InlineData("\"version\":1", "\"version\":1.0")]
    [InlineData("\"version\":1", "\"version\":\"1\"")]
    [InlineData("\"version\":1", "\"version\":1,\"zero\":0")]
    [InlineData("\"version\":1", "\"version\":1e400")]
    [InlineData(":00.123456Z", ":00.1234560Z")]
    [InlineData("Z\"", "+00:00\"")]
    [InlineData("019f5a6e", "019F5A6E")]
    [InlineData("forecast_submitted", "")]
    [InlineData("\"actor\":", "\"actor\": ")]
    [InlineData("\"text\":[", "\"text\":[null,")]
    [InlineData("\"text\":[", "\"text\":[\"AAAA\",")]
    public void What_is_no_leaf_is_refused(string from, string to)
    {
        var spoilt = Encoding.UTF8.GetString(LedgerFiles.Golden("leaf.json")).Replace(from, to, StringComparison.Ordinal);

        Assert.NotNull(LedgerLeaf.Parse(Encoding.UTF8.GetBytes(spoilt)).Reason);
        Assert.NotEqual(Encoding.UTF8.GetString(LedgerFiles.Golden("leaf.json")), spoilt);
    }

    [Fact]
    public void A_leaf_that_is_too_large_or_out_of_range_is_not_written()
    {
        Assert.Contains("free texts", (Golden with { Text = [.. Enumerable.Repeat(Golden.Data, 40)] }).Format().Reason, StringComparison.Ordinal);
        Assert.NotNull((Golden with { Version = 0 }).Format().Reason);
        Assert.NotNull((Golden with { Version = 9_007_199_254_740_992 }).Format().Reason);
        Assert.NotNull((Golden with { Type = "" }).Format().Reason);
        Assert.NotNull((Golden with { Type = new string('t', 101) }).Format().Reason);
        Assert.NotNull(LedgerLeaf.Parse(new byte[LedgerLeaf.Bound]).Reason);
    }

    [Fact]
    public void An_event_without_one_spelling_has_no_leaf()
    {
        var whole = new RecordedEvent(Guid.Empty, "stream", 1, "type", DateTimeOffset.UnixEpoch, "ana", "{}"u8.ToArray());

        Assert.Null(Reason(whole));
        Assert.NotNull(Reason(whole with { Data = """{"a":1,"a":2}"""u8.ToArray() }));
        Assert.NotNull(Reason(whole with { Stream = "half \ud800" }));
        Assert.NotNull(Reason(whole with { Actor = "half \ud800" }));

        static string? Reason(RecordedEvent recorded) => OpenedLeaf.Of(recorded, new HashSet<string>(), Salts(0)).Reason;
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"leaf":"","open":{"stream":null,"actor":null,"data":null,"text":[]}}""")]
    [InlineData("""{"leaf":1,"open":{"stream":null,"actor":null,"data":null,"text":[]}}""")]
    [InlineData("""{"leaf":"e30=","open":{"stream":null,"actor":null,"data":null,"text":{}}}""")]
    [InlineData("""{"leaf":"e30=","open":null}""")]
    public void What_is_no_disclosure_is_refused(string json) => Assert.NotNull(Disclosure.Parse(Encoding.UTF8.GetBytes(json)).Reason);

    [Theory]
    [InlineData("\"salt\":", "\"salz\":")]
    [InlineData("\"stream\":{", "\"stream\":{\"more\":1,")]
    [InlineData("\"text\":[", "\"text\":[1,")]
    [InlineData("\"actor\":", "\"author\":")]
    public void A_disclosure_with_other_members_is_refused(string from, string to) =>
        Assert.NotNull(
            Disclosure
                .Parse(Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(LedgerFiles.Golden("disclosure.json")).Replace(from, to, StringComparison.Ordinal)))
                .Reason
        );

    private static OpenedLeaf GoldenEvent()
    {
        var e = LedgerFiles.GoldenJson("event.json");
        var salts = new Queue<Salt>(e.GetProperty("salts").EnumerateArray().Select(s => Salt.Parse(s.GetString()).Value));
        var recorded = new RecordedEvent(
            e.GetProperty("id").GetGuid(),
            e.GetProperty("stream").GetString()!,
            e.GetProperty("version").GetInt64(),
            e.GetProperty("type").GetString()!,
            DateTimeOffset.Parse(e.GetProperty("recordedAt").GetString()!, null),
            e.GetProperty("actor").GetString(),
            Encoding.UTF8.GetBytes(e.GetProperty("data").GetString()!)
        );
        return OpenedLeaf.Of(recorded, TextPlaces(), salts.Dequeue).Value;
    }

    private static HashSet<string> TextPlaces() =>
        [.. LedgerFiles.GoldenJson("event.json").GetProperty("textPlaces").EnumerateArray().Select(p => p.GetString()!)];

    private static OpenedLeaf Make(string data = "{}", IEnumerable<string>? places = null, string? actor = "ana", int salt = 0) =>
        OpenedLeaf
            .Of(
                new RecordedEvent(Guid.Empty, "stream", 1, "type", DateTimeOffset.UnixEpoch, actor, Encoding.UTF8.GetBytes(data)),
                new HashSet<string>(places ?? []),
                Salts(salt)
            )
            .Value;

    private static Func<Salt> Salts(int from) => () => new Salt(Enumerable.Repeat((byte)from++, Salt.Length).ToArray());
}
