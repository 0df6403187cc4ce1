using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;

namespace BookRec.Hosting;

/// <summary>Looks at the ports before anything is made or started: the server itself binds them last, when the silo is up and has begun its work.</summary>
internal static class ListenAddresses
{
    /// <param name="urls">Separated by semicolons, as ASP.NET Core takes them; null checks nothing.</param>
    /// <exception cref="SettingsException">Another program listens on one of them.</exception>
    public static void RequireFree(string? urls)
    {
        foreach (var url in (urls ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var address = BindingAddress.Parse(url);
            if (!address.IsUnixPipe && !address.IsNamedPipe && address.Port > 0 && !IsFree(new IPEndPoint(HostOf(address), address.Port)))
                throw new SettingsException($"Port {address.Port} is in use by another program; choose a free one with --port");
        }
    }

    private static IPAddress HostOf(BindingAddress address) => address.Host switch
    {
        "localhost" => IPAddress.Loopback,
        var host => IPAddress.TryParse(host, out var parsed) ? parsed : IPAddress.Any,
    };

    private static bool IsFree(IPEndPoint endpoint)
    {
        try
        {
            using var listener = new TcpListener(endpoint);
            listener.Start();
            return true;
        }
        catch (SocketException failure)
        {
            // Whatever else is wrong with the address, the server will say it better.
            return failure.SocketErrorCode != SocketError.AddressAlreadyInUse;
        }
    }
}
