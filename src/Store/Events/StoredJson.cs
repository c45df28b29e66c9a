using System.Text;
using Marten;

namespace Store.Events;

/// <summary>Reads event data as it is kept.</summary>
public static class StoredJson
{
    public static T Read<T>(this ISerializer serializer, string json)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(json));
        return serializer.FromJson<T>(stream);
    }
}
