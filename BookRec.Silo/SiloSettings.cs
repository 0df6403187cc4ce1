using System.ComponentModel.DataAnnotations;
using System.Net;
using System.Net.Sockets;
using BookRec.Grains.Accounts;

namespace BookRec.Silo;

/// <summary>Of a silo alone. Settings section <c>BookRec:Silo</c>.</summary>
public sealed record SiloSettings
{
    public const string Section = "Silo";

    /// <summary>Whether an empty database gets the demo catalogue and its simulated readers.</summary>
    public bool Demo { get; init; } = true;

    /// <summary>How many readers are simulated.</summary>
    [Range(0, 100_000)]
    public int DemoReaders { get; init; } = 800;

    /// <summary>Logarithm of bcrypt's rounds; raising it hashes each password anew at its next login.</summary>
    [Range(10, 16)]
    public int PasswordCost { get; init; } = Passwords.DefaultCost;

    /// <summary>A loopback port that nobody listens on now.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
