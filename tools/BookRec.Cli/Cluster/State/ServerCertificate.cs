using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace BookRec.Cli.Cluster.State;

/// <summary>A self-signed certificate for this machine's own names, as NGINX reads it: two PEM files in a folder of their own.</summary>
public sealed record ServerCertificate(string Folder)
{
    /// <summary>Browsers refuse one that holds for longer than 398 days.</summary>
    static readonly TimeSpan Lifetime = TimeSpan.FromDays(397);

    static readonly TimeSpan RenewedBefore = TimeSpan.FromDays(30);

    /// <summary>Clocks of clients may be behind.</summary>
    static readonly TimeSpan Leeway = TimeSpan.FromHours(1);

    /// <summary>Who wants to reach the server trusts this one.</summary>
    public string File => Path.Combine(Folder, "certificate.pem");

    /// <summary>Mode 0600.</summary>
    public string KeyFile => Path.Combine(Folder, "key.pem");

    /// <summary>Makes it when there is none or the one that is there ends soon.</summary>
    /// <returns>Whether it was made.</returns>
    public bool Ensure(TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        var now = time.GetUtcNow();
        if (System.IO.File.Exists(File) && System.IO.File.Exists(KeyFile) && EndOf(File) - now > RenewedBefore)
            return false;
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = Request(key).CreateSelfSigned(now - Leeway, now + Lifetime);
        PrivateFile.Write(KeyFile, key.ExportPkcs8PrivateKeyPem());
        System.IO.File.WriteAllText(File, certificate.ExportCertificatePem());
        return true;
    }

    static DateTimeOffset EndOf(string file)
    {
        using var certificate = X509CertificateLoader.LoadCertificateFromFile(file);
        return certificate.NotAfter;
    }

    static CertificateRequest Request(ECDsa key)
    {
        var request = new CertificateRequest("CN=BookRec on this machine", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddDnsName(Dns.GetHostName());
        names.AddIpAddress(IPAddress.Loopback);
        names.AddIpAddress(IPAddress.IPv6Loopback);
        request.CertificateExtensions.Add(names.Build());
        // It vouches for itself and for nothing else.
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1", "Server Authentication")], critical: false));
        return request;
    }
}
