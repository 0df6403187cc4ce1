using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;

namespace BookRec.Hosting;

/// <summary>
/// Where the server is to listen. Its ports are looked at before anything is made or started: the server itself binds them last, when the
/// silo is up and has begun its work.
/// </summary>
internal static class ListenAddresses
{
    /// <summary>As ASP.NET Core takes them: the addresses or, where there are none, the ports of all addresses, which is how containers are told.</summary>
    public static IReadOnlyList<string> Of(IConfiguration configuration)
        => Parts(configuration["urls"]) is { Length: > 0 } urls ? urls : [.. Parts(configuration["http_ports"]).Select(port => $"http://*:{port}")];

    /// <exception cref="SettingsException">One of them is none, or another program listens there.</exception>
    public static void RequireFree(IConfiguration configuration)
    {
        foreach (var url in Of(configuration))
        {
            var address = Parse(url);
            if (!address.IsUnixPipe && !address.IsNamedPipe && address.Port > 0 && !IsFree(new IPEndPoint(HostOf(address), address.Port)))
                throw new SettingsException($"Port {address.Port} is in use by another program; choose a free one with --port");
        }
    }

    private static string[] Parts(string? list) => (list ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static BindingAddress Parse(string url)
    {
        try
        {
            return BindingAddress.Parse(url);
        }
        catch (FormatException)
        {
            throw new SettingsException($"urls: '{url}' is no address such as http://127.0.0.1:8000");
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
