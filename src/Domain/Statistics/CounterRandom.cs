using System.Runtime.CompilerServices;

namespace Domain.Statistics;

/// <summary>
/// Random numbers by position instead of by turn: the number at (seed, draw, index) is always the same, whatever was asked for before, so
/// that simulations give the same bits on any number of threads. Source of the mixing function: Steele, Lea and Flood, "Fast splittable
/// pseudorandom number generators" (OOPSLA 2014), with Stafford's thirteenth variant of the finaliser.
/// </summary>
public static class CounterRandom
{
    private const ulong Golden = 0x9E3779B97F4A7C15;

    /// <summary>The key of one draw's numbers.</summary>
    public static ulong Stream(ulong seed, int draw) => Mix(Mix(seed + Golden) ^ ((ulong)(uint)draw * 0xD1342543DE82EF95 + Golden));

    /// <summary>64 random bits at <paramref name="index"/> of a stream.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Bits(ulong stream, int index) => Mix(stream + ((ulong)(uint)index + 1) * Golden);

    /// <summary>A number in [0, 1), a multiple of 2⁻⁵³.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Uniform(ulong stream, int index) => (Bits(stream, index) >> 11) * (1.0 / (1UL << 53));

    /// <summary>A whole number in [0, <paramref name="count"/>); each is equally likely up to one part in 2³².</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Below(ulong stream, int index, int count) => (int)(((Bits(stream, index) >> 32) * (ulong)(uint)count) >> 32);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
