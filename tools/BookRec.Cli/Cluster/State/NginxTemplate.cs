using System.Text.RegularExpressions;

namespace BookRec.Cli.Cluster.State;

/// <summary>The templates in <c>nginx/</c>. Only names that begin with BOOKREC_ are replaced, as envsubst does in the container.</summary>
public static partial class NginxTemplate
{
    /// <exception cref="CliException">The template asks for something that has no value.</exception>
    public static string Render(string template, IReadOnlyDictionary<string, string> values)
    {
        ArgumentNullException.ThrowIfNull(template);
        ArgumentNullException.ThrowIfNull(values);
        return Name().Replace(template, match => values.TryGetValue(match.Groups["name"].Value, out var value)
            ? value
            : throw new CliException($"the NGINX template asks for {match.Value}, which has no value"));
    }

    /// <summary>One <c>server</c> directive for each web API. A silent one is left alone for two seconds after three failures.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Servers(IReadOnlyCollection<int> ports) =>
    [
        new("BOOKREC_API_SERVERS", Servers(ports, "max_fails=3 fail_timeout=2s")),
        new("BOOKREC_READER_SERVERS", Servers(ports, "max_fails=3 fail_timeout=2s max_conns=100")),
    ];

    /// <summary>Where to listen and with which certificate; null for plain HTTP.</summary>
    /// <param name="address">Such as <c>127.0.0.1:8080</c>.</param>
    public static IEnumerable<KeyValuePair<string, string>> Listener(string address, ServerCertificate? certificate) =>
    [
        new("BOOKREC_LISTEN", certificate is null ? address : $"{address} ssl http2"),
        new("BOOKREC_CERTIFICATE", certificate is null ? "" : $"ssl_certificate {certificate.File}; ssl_certificate_key {certificate.KeyFile};"),
    ];

    static string Servers(IEnumerable<int> ports, string parameters) => string.Join(' ', ports.Select(port => $"server 127.0.0.1:{port} {parameters};"));

    [GeneratedRegex(@"\$\{(?<name>BOOKREC_[A-Z_]+)\}")]
    private static partial Regex Name();
}
