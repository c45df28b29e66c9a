namespace Store.Events;

/// <summary>
/// The marks that the event store leaves where it drew the number of an event in vain: a transaction had its numbers, and its connection broke before it was
/// known to be committed.
/// </summary>
/// <remarks>
/// They say nothing that anybody did, and they are written later, in a transaction of their own, so that one can appear behind the point up to which events
/// are settled. No follower may go by them: no leaf is made of one, and none is missed.
/// </remarks>
internal static class Tombstones
{
    /// <summary>The name of their type.</summary>
    public const string Type = "tombstone";
}
