namespace Api.Pages.SigningIn;

/// <summary>Addresses of this service, to go to after a form.</summary>
internal static class LocalAddress
{
    /// <summary>The address where it is one of this service, else that of the first page.</summary>
    public static string Of(string? address) => address is ['/', .. var rest] && rest is not ['/' or '\\', ..] && !address.Any(char.IsControl) ? address : "/";
}
