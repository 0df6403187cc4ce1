using System.ComponentModel.DataAnnotations;
using System.Net;
using StackExchange.Redis;
using StackExchange.Redis.Configuration;

namespace BookRec.Hosting;

/// <summary>The Redis that holds the membership table. Section <c>BookRec:Redis</c>.</summary>
public sealed record RedisSettings : IValidatableObject
{
    /// <summary>As <c>host:port</c>.</summary>
    public string? Endpoint { get; init; }

    /// <summary>Null where Redis asks for none.</summary>
    public string? Password { get; init; }

    /// <summary>Whether it is reached over TLS; the machine must trust its certificate, which must name the endpoint's host.</summary>
    public bool Tls { get; init; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Endpoint is not null && !TrySplit(Endpoint, out _, out _))
            yield return new ValidationResult($"must be host:port, not '{Endpoint}'", [nameof(Endpoint)]);
    }

    /// <param name="password">Looked at whenever a connection is made.</param>
    /// <param name="patient">For a connection that lives as long as the process and mends itself.</param>
    public ConfigurationOptions ToOptions(LivePassword password, bool patient = true)
    {
        TrySplit(Endpoint!, out var host, out var port);
        return new ConfigurationOptions
        {
            EndPoints = { { host, port } },
            Defaults = new PasswordNow(password),
            ClientName = "bookrec",
            Ssl = Tls,
            AbortOnConnectFail = !patient,
            ConnectRetry = patient ? 3 : 0,
            ConnectTimeout = 2000,
            AsyncTimeout = 2000,
            SyncTimeout = 2000,
        };
    }

    /// <summary>The address from which this machine reaches Redis: the one under which others who share that Redis reach it.</summary>
    /// <exception cref="SettingsException">The host's name is not known.</exception>
    public IPAddress OwnAddress()
    {
        TrySplit(Endpoint!, out var host, out var port);
        try
        {
            // Nothing is sent: connecting a datagram socket only chooses the route, and with it the local address.
            using var route = new System.Net.Sockets.UdpClient();
            route.Connect(host, port);
            return ((IPEndPoint)route.Client.LocalEndPoint!).Address is var address && address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        }
        catch (System.Net.Sockets.SocketException failure)
        {
            throw new SettingsException($"{HostSettings.Section}:Redis:Endpoint '{Endpoint}' cannot be reached from here: {failure.Message}");
        }
    }

    /// <summary>Nothing of the password.</summary>
    public override string ToString() => Endpoint ?? "";

    private static bool TrySplit(string endpoint, out string host, out int port)
    {
        var colon = endpoint.LastIndexOf(':');
        host = colon > 0 ? endpoint[..colon].Trim('[', ']') : "";
        port = 0;
        return host.Length > 0
            && int.TryParse(endpoint.AsSpan(colon + 1), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out port)
            && port is > 0 and <= IPEndPoint.MaxPort;
    }

    private sealed class PasswordNow(LivePassword password) : DefaultOptionsProvider
    {
        public override string? Password => password.Current;
    }
}
