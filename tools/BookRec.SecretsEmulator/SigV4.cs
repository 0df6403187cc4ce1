using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace BookRec.SecretsEmulator;

/// <summary>
/// Checks AWS Signature Version 4 for one key pair, from the published description and without the SDK that signs: a signature that holds
/// here was made by the rules.
/// </summary>
/// <remarks><see href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html"/>.</remarks>
internal sealed partial class SigV4(string accessKey, string secretKey)
{
    private const string Algorithm = "AWS4-HMAC-SHA256";
    private const string Service = "secretsmanager";

    /// <summary>How far the clocks may differ; AWS' own limit.</summary>
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(5);

    /// <returns>Null when the signature holds; otherwise the error to answer.</returns>
    public JsonObject? Refuse(HttpRequest request, byte[] body, DateTimeOffset now)
    {
        var header = Authorization().Match(request.Headers.Authorization.ToString());
        if (!header.Success)
            return SecretsManager.Error("MissingAuthenticationTokenException", "Missing Authentication Token");
        if (header.Groups["key"].Value != accessKey)
            return SecretsManager.Error("UnrecognizedClientException", "The security token included in the request is invalid.");

        var stamp = request.Headers["X-Amz-Date"].ToString();
        var signed = header.Groups["headers"].Value.Split(';');
        if (!DateTimeOffset.TryParseExact(stamp, "yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var sent)
            || (now - sent).Duration() > Skew
            || header.Groups["date"].Value != stamp[..8]
            || header.Groups["service"].Value != Service
            || !signed.Contains("host")
            || !signed.Contains("x-amz-date"))
        {
            return SecretsManager.Error("InvalidSignatureException", "The signature's time or scope does not fit.");
        }

        var scope = $"{stamp[..8]}/{header.Groups["region"].Value}/{Service}/aws4_request";
        var toSign = $"{Algorithm}\n{stamp}\n{scope}\n{Hash(Encoding.UTF8.GetBytes(Canonical(request, signed, body)))}";
        var expected = HMACSHA256.HashData(SigningKey(scope), Encoding.UTF8.GetBytes(toSign));
        return CryptographicOperations.FixedTimeEquals(expected, Convert.FromHexString(header.Groups["signature"].Value))
            ? null
            : SecretsManager.Error("InvalidSignatureException", "The request signature we calculated does not match the signature you provided.");
    }

    /// <summary>Method, path, query, the signed headers and the body's hash, each on its line. The only path here is the root.</summary>
    private static string Canonical(HttpRequest request, string[] signed, byte[] body)
    {
        var headers = string.Concat(signed.Select(name => $"{name}:{Spaces().Replace(request.Headers[name].ToString().Trim(), " ")}\n"));
        return $"{request.Method}\n/\n\n{headers}\n{string.Join(';', signed)}\n{Hash(body)}";
    }

    /// <summary>The secret key, narrowed step by step to the scope.</summary>
    private byte[] SigningKey(string scope)
        => scope.Split('/').Aggregate(Encoding.UTF8.GetBytes($"AWS4{secretKey}"), (key, part) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part)));

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    [GeneratedRegex(
        @"\AAWS4-HMAC-SHA256 Credential=(?<key>[^/]+)/(?<date>\d{8})/(?<region>[a-z0-9-]+)/(?<service>[a-z0-9-]+)/aws4_request, ?"
        + @"SignedHeaders=(?<headers>[a-z0-9;-]+), ?Signature=(?<signature>[0-9a-f]{64})\z")]
    private static partial Regex Authorization();

    [GeneratedRegex(" +")]
    private static partial Regex Spaces();
}
