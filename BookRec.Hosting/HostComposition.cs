using System.Text.Json;
using BookRec.Hosting.Auth;
using BookRec.Hosting.Health;
using BookRec.Hosting.Logging;
using BookRec.Hosting.Metrics;
using BookRec.Hosting.Secrets;
using BookRec.Hosting.Tracing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace BookRec.Hosting;

/// <summary>What every host of ours begins with.</summary>
public static class HostComposition
{
    /// <summary>Settings, signing key, logs, metrics, traces and health checks.</summary>
    /// <returns>The settings, checked.</returns>
    /// <exception cref="SettingsException">A setting cannot be used.</exception>
    public static HostSettings AddBookRecHosting(this WebApplicationBuilder builder)
    {
        var settings = SettingsReader.BindHost(builder.Configuration);
        ListenAddresses.RequireFree(builder.Configuration);
        PrepareDataDirectory(settings);

        builder.Services.AddSingleton(settings);
        var key = SigningKey.From(settings);
        builder.Services.AddSingleton(key).AddSingleton(new SigningKeys(key, SigningKey.Previous(settings)));
        builder.AddSecretWatch(settings.Secrets);
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.ConfigureSnakeCase();
        builder.AddBookRecLogging(settings);
        builder.AddBookRecTracing();
        builder.AddBookRecHealth();
        builder.Services.AddSingleton<MetricsRegistry>().AddHostedService(services => services.GetRequiredService<MetricsRegistry>());
        builder.Services.AddSingleton<RequestMetrics>();
        return settings;
    }

    /// <summary>Names, logs and measures every request; belongs at the very front.</summary>
    public static void UseBookRecTelemetry(this WebApplication app) => app.UseMiddleware<RequestTelemetry>();

    /// <summary>JSON is spelled alike by every host.</summary>
    internal static void ConfigureSnakeCase(this IServiceCollection services)
        => services.ConfigureHttpJsonOptions(options => options.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower);

    private static void PrepareDataDirectory(HostSettings settings)
    {
        if (settings.Mode != HostMode.Embedded)
            return;
        try
        {
            var path = Path.GetFullPath(settings.DataDirectory);
            if (OperatingSystem.IsWindows())
                Directory.CreateDirectory(path);
            else
                Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new SettingsException($"{HostSettings.Section}:{nameof(HostSettings.DataDirectory)} cannot be used: {failure.Message}");
        }
    }
}
