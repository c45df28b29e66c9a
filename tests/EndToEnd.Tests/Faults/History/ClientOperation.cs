namespace EndToEnd.Tests.Faults.History;

/// <summary>One request of a client, and what the client was told. A repetition is an operation of its own, with the key of the first.</summary>
/// <remarks>A client asks one thing after the other: it asks the next when it has the answer to the last, or has given it up.</remarks>
internal sealed record ClientOperation
{
    /// <summary>Unique in the run, and rising in the order in which the client asked.</summary>
    public required long Id { get; init; }

    public required int Client { get; init; }

    /// <summary>Under whose name it was asked: the slug of an analyst.</summary>
    public required string Caller { get; init; }

    public required OperationKind Kind { get; init; }

    public required string Method { get; init; }

    /// <summary>The path with its query, as it was asked for.</summary>
    public required string Path { get; init; }

    /// <summary>The body as text; null where there was none.</summary>
    public string? Body { get; init; }

    public string? IdempotencyKey { get; init; }

    /// <summary>What was sent as <c>If-Match</c>; null where nothing was.</summary>
    public string? IfMatch { get; init; }

    public required DateTimeOffset AskedAt { get; init; }

    /// <summary>When the answer was there, or the request was given up; null while neither has happened.</summary>
    public DateTimeOffset? AnsweredAt { get; init; }

    /// <summary>The status of the answer; null where it is not known: the connection was cut, or nothing came in time.</summary>
    public int? Status { get; init; }

    /// <summary>The whole answer; null where it is not known, or was cut off.</summary>
    public string? AnswerBody { get; init; }

    public string? ETag { get; init; }

    /// <summary>Whether the answer said that it had been given before.</summary>
    public bool IsReplayed { get; init; }

    /// <summary>
    /// The trace under which the service records what the request brings about: 32 hexadecimal digits that begin with the run and end with the operation.
    /// </summary>
    public string Trace => TraceOf(Id);

    /// <summary>What is sent as <c>traceparent</c>, so that every event of the operation carries <see cref="Trace"/> as its correlation.</summary>
    public string TraceParent => $"00-{Trace}-{Id + 1:x16}-01";

    /// <summary>Whether the client was told that it is done.</summary>
    public bool IsAcknowledged => Status is >= 200 and < 300;

    /// <summary>
    /// Whether the client was told that it is not done. A 5xx says nothing certain, and neither does a 408: what was asked may have happened all the same.
    /// A repetition that is refused says nothing of the first.
    /// </summary>
    public bool IsRefused => Status is >= 400 and < 500 and not 408;

    public bool IsWrite => Kind != OperationKind.Read;

    /// <summary>The trace of an operation, by its id.</summary>
    public static string TraceOf(long id) => $"fa17{id:x28}";
}
