using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace BookRec.Hosting.RateLimits;

public static class SharedBudgets
{
    /// <summary>Budgets that all processes of a cluster share, through Redis where there is one.</summary>
    public static void AddSharedBudgets(this WebApplicationBuilder builder)
    {
        var password = new LivePassword(builder.Configuration, LivePassword.Redis);
        builder.Services.AddSingleton(SettingsReader.BindSection<RateLimitSettings>(builder.Configuration, RateLimitSettings.Section));
        builder.Services.AddSingleton<MemoryBuckets>();
        builder.Services.AddSingleton<IBuckets>(services =>
            services.GetRequiredService<HostSettings>().Redis is { Endpoint: not null } redis
                ? ActivatorUtilities.CreateInstance<RedisBuckets>(services, redis.ToOptions(password))
                : services.GetRequiredService<MemoryBuckets>());
        builder.Services.AddSingleton<LoginFailures>();
    }

    /// <summary>Tells a caller who is refused when to come back.</summary>
    public static void ComeBackAfter(this HttpResponse response, TimeSpan wait) => response.Headers.RetryAfter = wait.WholeSeconds();

    /// <summary>Rounded up: whoever waits that long is let in.</summary>
    public static string WholeSeconds(this TimeSpan time) => ((long)Math.Ceiling(time.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
}
