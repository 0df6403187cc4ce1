using System.ComponentModel.DataAnnotations;
using System.Net;

namespace BookRec.WebApi.Hosting;

/// <summary>Whom the front trusts and how much it takes. Settings section <c>BookRec:Front</c>.</summary>
public sealed record FrontSettings : IValidatableObject
{
    public const string Section = "Front";

    /// <summary>
    /// Networks, such as <c>10.0.0.0/8</c>, of the proxies whose <c>X-Forwarded-For</c> and <c>X-Forwarded-Proto</c> are believed. Nobody's,
    /// if empty: an address that the client writes itself is no address.
    /// </summary>
    public string[] TrustedProxies { get; init; } = [];

    /// <summary>Pages that may call from a browser, such as <c>https://books.example.org</c>; none, if empty.</summary>
    public string[] Origins { get; init; } = [];

    [Range(10, 1_000_000)]
    public int MaximumConnections { get; init; } = 10_000;

    /// <summary>Readers' requests under way at once, beyond which they are refused; null for 100 for each processor.</summary>
    [Range(1, 1_000_000)]
    public int? MaximumRequests { get; init; }

    /// <summary>How long an answer may take; imports and event streams have no such limit.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(30);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var network in TrustedProxies.Where(n => !IPNetwork.TryParse(n, out _)))
            yield return new ValidationResult($"'{network}' is no network such as 10.0.0.0/8", [nameof(TrustedProxies)]);
        foreach (var origin in Origins.Where(o => !(Uri.TryCreate(o, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.GetLeftPart(UriPartial.Authority) == o)))
            yield return new ValidationResult($"'{origin}' is no origin such as https://books.example.org", [nameof(Origins)]);
        if (RequestTimeout < TimeSpan.FromSeconds(1) || RequestTimeout > TimeSpan.FromMinutes(10))
            yield return new ValidationResult("must be from 00:00:01 to 00:10:00", [nameof(RequestTimeout)]);
    }
}
