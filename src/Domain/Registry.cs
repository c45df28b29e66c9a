using System.Collections.Immutable;
using System.Reflection;

namespace Domain;

/// <summary>An entry of a registry, such as a verbal scale or a consensus method: a class of its own, in a file of its own.</summary>
internal interface IRegistryEntry
{
    /// <summary>The name that callers give; no other entry of the registry has it.</summary>
    string Name { get; }

    /// <summary>Where the entry stands in lists. Lower places come first, and equal ones in the ordinal order of their names.</summary>
    int Place { get; }
}

/// <summary>Finds the entries of a registry by their base class, so that adding an entry takes no more than the file that declares it.</summary>
internal static class Registry
{
    /// <summary>One instance of each class of an assembly that derives from <typeparamref name="T"/>, in the order of lists.</summary>
    /// <exception cref="InvalidOperationException">Two entries have the same name.</exception>
    public static ImmutableArray<T> EntriesOf<T>(Assembly assembly)
        where T : class, IRegistryEntry
    {
        var entries = assembly
            .GetTypes()
            .Where(t => t.IsSubclassOf(typeof(T)) && !t.IsAbstract)
            .Select(t => (T)Activator.CreateInstance(t, nonPublic: true)!)
            .OrderBy(e => e.Place)
            .ThenBy(e => e.Name, StringComparer.Ordinal)
            .ToImmutableArray();
        return entries.CountBy(e => e.Name, StringComparer.Ordinal).FirstOrDefault(n => n.Value > 1) is { Key: { } name }
            ? throw new InvalidOperationException($"Two entries are called '{name}'.")
            : entries;
    }
}
