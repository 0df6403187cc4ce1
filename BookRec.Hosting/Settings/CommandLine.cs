using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;

namespace BookRec.Hosting;

/// <summary>The few switches people type, turned into the settings they stand for.</summary>
public static class CommandLine
{
    public const int DefaultPort = 8000;

    /// <summary>
    /// Settings are read once, at the start. To watch their files is to watch all of the folder: in embedded mode every write to the logs and the
    /// data in it would wake the watcher.
    /// </summary>
    public const string ReadOnce = "--hostBuilder:reloadConfigOnChange=false";

    private static readonly string[] KnownKeys = ["urls", "environment", "contentRoot", "applicationName"];

    /// <summary>
    /// <c>--port N</c> (0 takes a free one) and <c>--data DIR</c>; every setting also by its name, as in <c>--BookRec:Mode=Cluster</c>.
    /// </summary>
    /// <exception cref="SettingsException">A switch is unknown or has no usable value.</exception>
    public static string[] Expand(IReadOnlyList<string> args)
    {
        var expanded = new List<string> { ReadOnce };
        for (var i = 0; i < args.Count; i++)
        {
            if (!args[i].StartsWith("--", StringComparison.Ordinal))
                throw new SettingsException($"'{args[i]}' is not understood; the switches are --port N, --data DIR and --BookRec:<setting>=<value>");

            var equals = args[i].IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? args[i][2..] : args[i][2..equals];
            if (equals < 0 && i + 1 == args.Count)
                throw new SettingsException($"--{name} needs a value");
            var value = equals < 0 ? args[++i] : args[i][(equals + 1)..];
            expanded.Add(Setting(name, value));
        }

        return [.. expanded];
    }

    /// <summary>Listens on a port of this machine alone unless told otherwise.</summary>
    public static void UseDefaultUrl(this WebApplicationBuilder builder, int port)
    {
        var configuration = builder.Configuration;
        if (configuration["urls"] is null && configuration["http_ports"] is null && !configuration.GetSection("Kestrel:Endpoints").GetChildren().Any())
            builder.WebHost.UseUrls(LocalUrl(port));
    }

    private static string Setting(string name, string value) => name switch
    {
        "port" => $"--urls={LocalUrl(Port(value))}",
        "data" when value.Length > 0 => $"--{HostSettings.Section}:{nameof(HostSettings.DataDirectory)}={value}",
        _ when name.Contains(':', StringComparison.Ordinal) || KnownKeys.Contains(name, StringComparer.OrdinalIgnoreCase) => $"--{name}={value}",
        _ => throw new SettingsException($"--{name} is not a switch; there are --port N, --data DIR and --BookRec:<setting>=<value>"),
    };

    private static int Port(string value)
        => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port <= IPEndPoint.MaxPort
            ? port
            : throw new SettingsException($"--port must be a number from 0 to {IPEndPoint.MaxPort}, not '{value}'");

    private static string LocalUrl(int port) => $"http://127.0.0.1:{port.ToString(CultureInfo.InvariantCulture)}";
}
