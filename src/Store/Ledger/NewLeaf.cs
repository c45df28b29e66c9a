using System.Security.Cryptography;
using Domain.Ledger.Leaves;
using Store.Events;

namespace Store.Ledger;

/// <summary>A leaf that is about to be appended.</summary>
/// <param name="Sequence">The sequence number of its event.</param>
/// <param name="EventId">The id of its event.</param>
/// <param name="Entry">The bytes of the entry.</param>
/// <param name="Salts">The salts, as they are kept.</param>
internal readonly record struct NewLeaf(long Sequence, Guid EventId, byte[] Entry, byte[] Salts)
{
    /// <summary>Makes the leaf of an event, with new salts.</summary>
    /// <exception cref="UnknownEventException">This version does not know what of the event can be erased.</exception>
    /// <exception cref="FormatException">The event cannot be committed to; the message is the reason.</exception>
    public static NewLeaf Of(SequencedEvent e)
    {
        var places = FreeTextPlaces.Of(e.Event.Type) ?? throw new UnknownEventException(e.Event.Type);
        var opened = OpenedLeaf.Of(e.Event, places, DrawSalt).Value;
        return new NewLeaf(e.Sequence, e.Event.Id, opened.Leaf.Format().Value, LeafSalts.Of(opened).Format());
    }

    private static Salt DrawSalt()
    {
        Span<byte> bytes = stackalloc byte[Salt.Length];
        RandomNumberGenerator.Fill(bytes);
        return new Salt(bytes);
    }
}

/// <summary>An event of a type that this version does not know. A newer version has to make its leaf.</summary>
/// <param name="type">The name of the type.</param>
public sealed class UnknownEventException(string type) : Exception($"This version does not know events of the type {type}; a newer one extends the log.");
