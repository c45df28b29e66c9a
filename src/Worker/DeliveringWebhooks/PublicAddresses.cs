using System.Net;
using System.Net.Sockets;

namespace Worker.DeliveringWebhooks;

/// <summary>
/// Tells which addresses belong to the public internet. A webhook's owner chooses its address, and the request is made from inside the network of this service.
/// Addresses that only this network can reach must not be reachable through the service.
/// </summary>
public static class PublicAddresses
{
    // The IANA special-purpose registries for IPv4 and IPv6, except for globally reachable blocks; multicast; and blocks that embed an IPv4 address.
    private static readonly IPNetwork[] NotPublic =
    [
        .. new[]
        {
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.88.99.0/24",
            "192.168.0.0/16",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/4",
            "240.0.0.0/4",
        }.Select(IPNetwork.Parse),
    ];

    private static readonly IPNetwork GlobalUnicast = IPNetwork.Parse("2000::/3");

    // Within it: Teredo, ORCHID and other protocol assignments, documentation, 6to4, segment routing.
    private static readonly IPNetwork[] NotPublicUnicast = [.. new[] { "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20" }.Select(IPNetwork.Parse)];

    /// <summary>Whether an address is one of the public internet: not loopback, private, link-local, multicast or reserved.</summary>
    public static bool IsPublic(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        return address.AddressFamily switch
        {
            AddressFamily.InterNetwork => !Array.Exists(NotPublic, n => n.Contains(address)),
            AddressFamily.InterNetworkV6 => address.ScopeId == 0
                && GlobalUnicast.Contains(address)
                && !Array.Exists(NotPublicUnicast, n => n.Contains(address)),
            _ => false,
        };
    }
}
