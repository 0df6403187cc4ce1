using System.ComponentModel.DataAnnotations;
using System.Net;
using System.Net.Sockets;
using BookRec.Grains.Accounts;

namespace BookRec.Silo;

/// <summary>Of a silo alone. Settings section <c>BookRec:Silo</c>.</summary>
public sealed record SiloSettings : IValidatableObject
{
    public const string Section = "Silo";

    /// <summary>As the dashboard and logs show it; null takes the machine's name. Cluster mode only, as are the next three.</summary>
    public string? Name { get; init; }

    /// <summary>Where other silos connect; 0 takes a free one.</summary>
    [Range(0, IPEndPoint.MaxPort)]
    public int Port { get; init; } = 11111;

    /// <summary>Where fronts connect; 0 takes a free one.</summary>
    [Range(0, IPEndPoint.MaxPort)]
    public int GatewayPort { get; init; } = 30000;

    /// <summary>
    /// The IP address that silos and fronts reach this silo at, and the only one it listens on. Null takes the one from which this machine
    /// reaches Redis: loopback where Redis is on this machine, the private network's otherwise.
    /// </summary>
    public string? Address { get; init; }

    /// <summary>
    /// Where the password of the first administrator is written. Null means <c>admin-password</c> in the data directory in embedded mode, and
    /// in a cluster that no administrator is made.
    /// </summary>
    public string? AdminPasswordFile { get; init; }

    /// <summary>Whether an empty database gets the demo catalogue and its simulated readers.</summary>
    public bool Demo { get; init; } = true;

    /// <summary>How many readers are simulated.</summary>
    [Range(0, 100_000)]
    public int DemoReaders { get; init; } = 800;

    /// <summary>Logarithm of bcrypt's rounds; raising it hashes each password anew at its next login.</summary>
    [Range(10, 16)]
    public int PasswordCost { get; init; } = Passwords.DefaultCost;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!string.IsNullOrEmpty(Address) && !IPAddress.TryParse(Address, out _))
            yield return new ValidationResult($"must be an IP address, not '{Address}'", [nameof(Address)]);
        if (Port == GatewayPort && Port != 0)
            yield return new ValidationResult("must differ from the silo's port", [nameof(GatewayPort)]);
    }

    /// <summary>A loopback port that nobody listens on now.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
