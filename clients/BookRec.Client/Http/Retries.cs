using System.Net;
using Polly;
using Polly.Retry;

namespace BookRec.Client.Http;

/// <summary>
/// Repeats what is safe to repeat: any call that the service refused unread (429), and, where asking twice does what asking once does, also
/// one that was not answered.
/// </summary>
internal sealed class Retries(BookRecClientOptions options)
{
    private readonly ResiliencePipeline<HttpResponseMessage> _repeatable = Pipeline(options, outcome => IsRefusedUnread(outcome) || IsUnanswered(outcome));
    private readonly ResiliencePipeline<HttpResponseMessage> _once = Pipeline(options, IsRefusedUnread);

    public async Task<HttpResponseMessage> Send(Call call, Func<CancellationToken, Task<HttpResponseMessage>> attempt, CancellationToken cancellation)
        => await (call.IsRepeatable && !call.Expects503 ? _repeatable : _once).ExecuteAsync(async token => await attempt(token), cancellation);

    private static ResiliencePipeline<HttpResponseMessage> Pipeline(BookRecClientOptions options, Func<Outcome<HttpResponseMessage>, bool> isWorthIt)
        => options.Retries == 0
            ? ResiliencePipeline<HttpResponseMessage>.Empty
            : new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = options.Time }
                .AddRetry(new RetryStrategyOptions<HttpResponseMessage>
                {
                    MaxRetryAttempts = options.Retries,
                    Delay = options.RetryDelay,
                    MaxDelay = options.LongestRetryDelay,
                    BackoffType = DelayBackoffType.Exponential,
                    UseJitter = true,
                    DelayGenerator = retry => ValueTask.FromResult(AskedDelay(retry.Outcome.Result, options.Time)),
                    ShouldHandle = retry => ValueTask.FromResult(
                        isWorthIt(retry.Outcome) && !(AskedDelay(retry.Outcome.Result, options.Time) > options.LongestRetryDelay)),
                })
                .Build();

    private static bool IsRefusedUnread(Outcome<HttpResponseMessage> outcome) => outcome.Result?.StatusCode == HttpStatusCode.TooManyRequests;

    private static bool IsUnanswered(Outcome<HttpResponseMessage> outcome)
        => outcome.Exception is HttpRequestException or TimeoutException
            || outcome.Result?.StatusCode is HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;

    /// <summary>What <c>Retry-After</c> says; null where it says nothing.</summary>
    private static TimeSpan? AskedDelay(HttpResponseMessage? response, TimeProvider time) => response?.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => TimeSpan.FromTicks(Math.Max(0, (date - time.GetUtcNow()).Ticks)),
        _ => null,
    };
}
