using System.Text;
using BookRec.Hosting;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Net.Http.Headers;

namespace BookRec.WebApi.Hosting;

/// <summary>Where the front meets the network: limits of the server, whom to believe about addresses, which pages may call.</summary>
internal static class Edge
{
    /// <summary>A batch of 1,000 interactions is about 100 KB; imports lift the limit for themselves.</summary>
    public const int MaximumBodyBytes = 1024 * 1024;

    private const int MaximumHeaderBytes = 16 * 1024;
    private const int MaximumHeaders = 64;
    private const double SlowestBytesPerSecond = 240;

    public static void AddEdge(this WebApplicationBuilder builder)
    {
        var settings = SettingsReader.BindSection<FrontSettings>(builder.Configuration, FrontSettings.Section);
        builder.Services.AddSingleton(settings);
        builder.Services.Configure<KestrelServerOptions>(kestrel => Limit(kestrel, settings));
        builder.Services.AddRequestTimeouts(timeouts => timeouts.DefaultPolicy = new()
        {
            Timeout = settings.RequestTimeout,
            TimeoutStatusCode = StatusCodes.Status503ServiceUnavailable,
        });
        builder.Services.AddCors(cors => cors.AddDefaultPolicy(pages => pages
            .WithOrigins(settings.Origins)
            .WithMethods("GET", "POST", "PUT", "DELETE")
            .WithHeaders(HeaderNames.Authorization, HeaderNames.ContentType, HeaderNames.IfMatch, "Idempotency-Key", "X-Request-Id")
            .WithExposedHeaders(HeaderNames.ETag, HeaderNames.Location, HeaderNames.RetryAfter, "RateLimit", "RateLimit-Policy", "X-Request-Id")
            .SetPreflightMaxAge(TimeSpan.FromMinutes(10))));
        builder.Services.Configure<ForwardedHeadersOptions>(forwarded =>
        {
            forwarded.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;
            forwarded.ForwardLimit = 1;

            // The defaults would believe anybody on this machine.
            forwarded.KnownProxies.Clear();
            forwarded.KnownIPNetworks.Clear();
            foreach (var network in settings.TrustedProxies)
                forwarded.KnownIPNetworks.Add(System.Net.IPNetwork.Parse(network));
        });
    }

    /// <summary>At the very front, so that all behind it sees the client's address and scheme.</summary>
    public static void UseForwardedClient(this WebApplication app)
    {
        if (app.Services.GetRequiredService<FrontSettings>().TrustedProxies.Length > 0)
            app.UseForwardedHeaders();
    }

    /// <summary>
    /// A request that tells its length in two ways is two requests to whoever stands before us (RFC 9112, section 6.3). The server renames
    /// the length it does not go by.
    /// </summary>
    public static void UseOneLength(this WebApplication app) => app.Use((context, next) =>
    {
        if (!context.Request.Headers.ContainsKey(HeaderNames.TransferEncoding) || !context.Request.Headers.ContainsKey("X-Content-Length"))
            return next(context);
        context.Response.Headers.Connection = "close";
        context.Response.StatusCode = StatusCodes.Status400BadRequest;
        return Task.CompletedTask;
    });

    /// <summary>The framework takes a character set that it does not know for a fault of its own, and one in quotes for unknown.</summary>
    public static void UseKnownCharsets(this WebApplication app) => app.Use((context, next) =>
    {
        var request = context.Request;
        if (context.GetEndpoint()?.Metadata.GetMetadata<IAcceptsMetadata>() is null
            || !MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || !type.Charset.HasValue)
            return next(context);
        type.Charset = HeaderUtilities.RemoveQuotes(type.Charset);
        if (!IsKnown(type.Charset.Value!))
        {
            context.Response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
            return Task.CompletedTask;
        }

        request.ContentType = type.ToString();
        return next(context);
    });

    private static bool IsKnown(string charset)
    {
        try
        {
            Encoding.GetEncoding(charset);
            return true;
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return false;
        }
    }

    private static void Limit(KestrelServerOptions kestrel, FrontSettings settings)
    {
        kestrel.AddServerHeader = false;
        var limits = kestrel.Limits;
        limits.MaxRequestBodySize = MaximumBodyBytes;
        limits.MaxRequestHeadersTotalSize = MaximumHeaderBytes;
        limits.MaxRequestHeaderCount = MaximumHeaders;
        limits.MaxConcurrentConnections = settings.MaximumConnections;
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
        limits.KeepAliveTimeout = TimeSpan.FromSeconds(75);
        limits.MinRequestBodyDataRate = new MinDataRate(SlowestBytesPerSecond, TimeSpan.FromSeconds(5));
        limits.MinResponseDataRate = new MinDataRate(SlowestBytesPerSecond, TimeSpan.FromSeconds(5));
    }
}
