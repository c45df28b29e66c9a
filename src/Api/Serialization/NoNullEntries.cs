using System.Collections;
using System.Text.Json.Serialization.Metadata;

namespace Api.Serialization;

/// <summary>Refuses null among the entries of a list: it is no entry, and nullable annotations do not reach into lists.</summary>
internal static class NoNullEntries
{
    public static void Refuse(JsonTypeInfo type)
    {
        if (type.Kind != JsonTypeInfoKind.Object)
            return;
        var lists = type
            .Properties.Where(p =>
                p.Get is not null
                && p.PropertyType != typeof(string)
                && !p.PropertyType.IsValueType
                && p.PropertyType.IsAssignableTo(typeof(IEnumerable))
                && !p.PropertyType.IsAssignableTo(typeof(IDictionary))
            )
            .ToList();
        if (lists.Count == 0)
            return;
        type.OnDeserialized += read =>
        {
            foreach (var list in lists)
            {
                if (list.Get!(read) is not IList entries)
                    continue;
                foreach (var entry in entries)
                {
                    if (entry is null)
                        throw new MisreadException("a list without null in it", null, list.Name);
                }
            }
        };
    }
}
