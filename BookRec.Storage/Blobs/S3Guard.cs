using System.Net;
using Amazon.Runtime;
using Polly;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace BookRec.Storage.Blobs;

/// <summary>
/// Keeps callers from queueing up behind a dead endpoint: a time limit for every call, and after a row of failures a pause in which calls fail
/// at once; then one call tries how it is.
/// </summary>
public sealed class S3Guard
{
    /// <summary>Until an answer begins.</summary>
    public static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(15);

    /// <summary>Between two pieces of a download.</summary>
    public static readonly TimeSpan SilenceLimit = TimeSpan.FromSeconds(15);

    /// <summary>For a whole upload: a model of 500 MB at 2 MB/s.</summary>
    public static readonly TimeSpan UploadLimit = TimeSpan.FromMinutes(5);

    /// <summary>How far back failures count.</summary>
    public static readonly TimeSpan Memory = TimeSpan.FromSeconds(30);

    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    /// <summary>Fewer calls than this in <see cref="Memory"/> say nothing.</summary>
    public const int FewestCalls = 4;

    public const double ToleratedFailures = 0.5;

    public S3Guard(TimeProvider time)
    {
        // One breaker for both: whether the endpoint lives does not depend on what it is asked.
        var breaker = new CircuitBreakerStrategyOptions
        {
            FailureRatio = ToleratedFailures,
            MinimumThroughput = FewestCalls,
            SamplingDuration = Memory,
            BreakDuration = Pause,
            ShouldHandle = outcome => ValueTask.FromResult(IsFault(outcome.Outcome.Exception)),
        };
        var guarded = new ResiliencePipelineBuilder { TimeProvider = time }.AddCircuitBreaker(breaker).Build();
        Answer = new ResiliencePipelineBuilder { TimeProvider = time }.AddPipeline(guarded).AddTimeout(AnswerLimit).Build();
        Upload = new ResiliencePipelineBuilder { TimeProvider = time }.AddPipeline(guarded).AddTimeout(UploadLimit).Build();
    }

    /// <summary>For calls whose answer is small or comes as a stream.</summary>
    public ResiliencePipeline Answer { get; }

    public ResiliencePipeline Upload { get; }

    /// <summary>What speaks against the endpoint; an answer such as «no such key» speaks for it.</summary>
    private static bool IsFault(Exception? failure) => failure switch
    {
        AmazonServiceException refused => refused.StatusCode is 0 or >= HttpStatusCode.InternalServerError or HttpStatusCode.TooManyRequests,
        AmazonClientException or HttpRequestException or TimeoutRejectedException or IOException => true,
        _ => false,
    };
}
