using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace BookRec.Cli.Server;

/// <summary>Which servers a client takes for the right ones.</summary>
public static class Trust
{
    /// <summary>A client's connections; those with TLS go only to who holds one certificate, under a name it was made for.</summary>
    /// <param name="server">A proxy knows nothing of this computer's own ports.</param>
    /// <param name="certificateFile">PEM; null for what this machine trusts anyway.</param>
    /// <exception cref="CliException">There is no certificate in the file.</exception>
    public static SocketsHttpHandler Handler(Uri server, string? certificateFile)
    {
        ArgumentNullException.ThrowIfNull(server);
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = !server.IsLoopback, EnableMultipleHttp2Connections = true };
        if (certificateFile is not null)
        {
            handler.SslOptions = new SslClientAuthenticationOptions
            {
                CertificateChainPolicy = new X509ChainPolicy
                {
                    TrustMode = X509ChainTrustMode.CustomRootTrust,
                    CustomTrustStore = { Load(certificateFile) },
                    RevocationMode = X509RevocationMode.NoCheck,
                },
            };
        }

        return handler;
    }

    static X509Certificate2 Load(string file)
    {
        try
        {
            return X509CertificateLoader.LoadCertificateFromFile(file);
        }
        catch (Exception e) when (e is System.Security.Cryptography.CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new CliException($"cannot read a certificate from {file}: {e.Message}", exitCode: CommandLine.Misused, inner: e);
        }
    }
}
