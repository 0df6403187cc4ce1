using System.Net;
using Amazon.Runtime;
using Amazon.S3;
using BookRec.Storage.Blobs;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.Time.Testing;
using Polly.CircuitBreaker;

namespace BookRec.Tests.Security;

/// <summary>The breaker before S3 against a model that remembers every call, on a fake clock; a failing run prints its seed.</summary>
public sealed class BreakerMachineTests
{
    private const int Stories = 1000;
    private const int Steps = 60;

    /// <summary>The breaker remembers in windows this long; between whole ones its memory is exact.</summary>
    private static readonly TimeSpan s_window = S3Guard.Memory / 10;

    private static readonly Exception?[] s_good = [null, new AmazonS3Exception("none", ErrorType.Sender, "NoSuchKey", "1", HttpStatusCode.NotFound)];

    private static readonly Exception[] s_bad =
    [
        new AmazonS3Exception("broken", ErrorType.Receiver, "InternalError", "1", HttpStatusCode.InternalServerError),
        new AmazonS3Exception("busy", ErrorType.Receiver, "SlowDown", "1", HttpStatusCode.TooManyRequests),
        new HttpRequestException("nobody listens"),
        new IOException("broke off"),
    ];

    public enum Act
    {
        Succeed,
        Fail,

        /// <summary>A call begins, another one fails meanwhile, and the first one succeeds.</summary>
        Overlap,
        Wait,
    }

    /// <param name="Much">Windows to wait, or which kind of answer.</param>
    public sealed record Step(Act Act, int Much);

    [Fact]
    public void Calls_reach_the_endpoint_exactly_when_the_model_lets_them()
    {
        var acts = Gen.Frequency((3, Gen.Constant(Act.Succeed)), (5, Gen.Constant(Act.Fail)), (1, Gen.Constant(Act.Overlap)), (3, Gen.Constant(Act.Wait)));
        var step = from act in acts from much in Gen.Choose(0, 11) select new Step(act, much);
        var stories = Arb.From(step.ListOf(Steps).Select(steps => steps.ToArray()), Shorter);
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(Stories).WithName("breaker"),
            Prop.ForAll(stories, story => Tell(story).GetAwaiter().GetResult()));
    }

    /// <summary>Without one of the steps.</summary>
    private static IEnumerable<Step[]> Shorter(Step[] story) => Enumerable.Range(0, story.Length).Select(left => story.Where((_, i) => i != left).ToArray());

    private static async Task Tell(Step[] story)
    {
        var clock = new FakeTimeProvider();
        var guard = new S3Guard(clock);
        var model = new Model();
        foreach (var (act, much) in story)
        {
            switch (act)
            {
                case Act.Succeed:
                    await One(s_good[much % s_good.Length], failed: false);
                    break;
                case Act.Fail:
                    await One(s_bad[much % s_bad.Length], failed: true);
                    break;
                case Act.Overlap:
                    var goOn = new TaskCompletionSource();
                    var first = Call(goOn.Task, null);
                    var passes = model.Begin(Now());
                    await One(s_bad[0], failed: true);
                    goOn.SetResult();
                    Assert.Equal(passes, await first);
                    if (passes)
                        model.End(Now(), failed: false);
                    break;
                case Act.Wait:
                    clock.Advance(s_window * much);
                    break;
            }
        }

        TimeSpan Now() => clock.GetUtcNow() - clock.Start;

        async Task One(Exception? answer, bool failed)
        {
            var passes = model.Begin(Now());
            Assert.Equal(passes, await Call(Task.CompletedTask, answer));
            if (passes)
                model.End(Now(), failed);
        }

        async Task<bool> Call(Task goOn, Exception? answer)
        {
            var reached = false;
            var failure = await Record.ExceptionAsync(async () => await guard.Answer.ExecuteAsync(async _ =>
            {
                reached = true;
                await goOn;
                if (answer is not null)
                    throw answer;
            }));
            Assert.Equal(reached ? answer : failure as BrokenCircuitException, failure);
            Assert.True(reached || failure is BrokenCircuitException);
            return reached;
        }
    }

    private sealed class Model
    {
        private readonly List<(TimeSpan At, bool Failed)> _calls = [];
        private TimeSpan? _closedUntil;

        /// <summary>One call is out to see how the endpoint is.</summary>
        private bool _isTrying;

        /// <summary>Whether a call reaches the endpoint.</summary>
        public bool Begin(TimeSpan now)
        {
            if (_closedUntil is null)
                return true;
            if (_isTrying || now < _closedUntil)
                return false;
            return _isTrying = true;
        }

        public void End(TimeSpan now, bool failed)
        {
            if (_isTrying)
            {
                _isTrying = false;
                _calls.Clear();
                _closedUntil = failed ? now + S3Guard.Pause : null;
            }
            else if (_closedUntil is null)
            {
                _calls.Add((now, failed));
                var counted = _calls.Where(call => now - call.At < S3Guard.Memory).ToList();
                if (failed && counted.Count >= S3Guard.FewestCalls && counted.Count(call => call.Failed) >= S3Guard.ToleratedFailures * counted.Count)
                    _closedUntil = now + S3Guard.Pause;
            }
        }
    }
}
