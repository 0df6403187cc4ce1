using System.Threading.RateLimiting;
using BookRec.WebApi.Hosting;

namespace BookRec.WebApi.RateLimits;

/// <summary>
/// Turns readers' requests away at once while more of them are under way than can be answered in good time: those that are let in are still
/// worth their answer, and a front that was flooded is well again as soon as the flood is over.
/// </summary>
/// <remarks>
/// Logins have their own queue, and the administration is to work when it is needed most. The number is large beside what runs at once in a
/// healthy front, so that requests may also wait for a silo that is being replaced.
/// </remarks>
public static class LoadShedding
{
    private const int ForEachProcessor = 100;

    public static void UseLoadShedding(this WebApplication app)
    {
        var settings = app.Services.GetRequiredService<FrontSettings>();
        var limiter = new ConcurrencyLimiter(new() { PermitLimit = settings.MaximumRequests ?? ForEachProcessor * Environment.ProcessorCount, QueueLimit = 0 });
        app.Lifetime.ApplicationStopped.Register(limiter.Dispose);
        app.Use(async (context, next) =>
        {
            if (RateLimiting.PurseOf(context) is not (Purse.Reads or Purse.Writes))
            {
                await next(context);
                return;
            }

            using var lease = limiter.AttemptAcquire();
            if (lease.IsAcquired)
                await next(context);
            else
                context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        });
    }
}
