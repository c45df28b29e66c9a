namespace Store.Idempotency;

/// <summary>The answer to a write. It is kept so that the same request gets the same answer.</summary>
/// <param name="Id">SHA-256 of the caller, the request and the key. The key itself is not kept.</param>
/// <param name="Fingerprint">SHA-256 of the request's body.</param>
/// <param name="Status">The status that was answered.</param>
/// <param name="Headers">The headers that belong to the answer, as JSON.</param>
/// <param name="Body">The body of the answer; null if it lies in parts, if it was too large to keep, or if it held what was erased since.</param>
/// <param name="AnsweredAt">When it was answered, UTC; of an answer in parts, when the first of them was.</param>
/// <param name="Parts">In how many parts the body lies, each an answer of its own; null where it does not.</param>
public sealed record IdempotencyRecord(byte[] Id, byte[] Fingerprint, int Status, string Headers, byte[]? Body, DateTimeOffset AnsweredAt, int? Parts = null);
