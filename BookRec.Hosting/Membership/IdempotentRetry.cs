using System.Collections.Concurrent;
using System.Reflection;
using BookRec.Grains.Interfaces;
using Microsoft.Extensions.Logging;

namespace BookRec.Hosting.Membership;

/// <summary>
/// Makes a call again when no silo answered it and the method says, by <see cref="IdempotentAttribute"/>, that this is safe. A silo that is
/// killed takes seconds to be noticed; whoever asks meanwhile waits instead of failing.
/// </summary>
public sealed class IdempotentRetry(HostSettings host, TimeProvider time, ILogger<IdempotentRetry> log) : IOutgoingGrainCallFilter
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(500);

    private readonly ConcurrentDictionary<MethodInfo, IdempotentAttribute?> _marks = new();

    public async Task Invoke(IOutgoingGrainCallContext context)
    {
        if (host.Cluster.RetryFor == TimeSpan.Zero || !IsIdempotent(context))
        {
            await context.Invoke();
            return;
        }

        var began = time.GetTimestamp();
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                await context.Invoke();

                // A failure may also come as an answer that holds an exception.
                if (context.Response?.Exception is not { } failure || !NobodyAnswered(failure) || IsOver(began, pause))
                    return;
                Tell(context, failure);
            }
            catch (Exception failure) when (NobodyAnswered(failure) && !IsOver(began, pause))
            {
                // Safe to go on: the method promised it.
                Tell(context, failure);
            }

            await Task.Delay(pause, time);
        }
    }

    private bool IsIdempotent(IOutgoingGrainCallContext context)
    {
        if (context.InterfaceMethod is not { } method)
            return false;
        var mark = _marks.GetOrAdd(method, m => m.GetCustomAttribute<IdempotentAttribute>());
        return mark is not null && (mark.KeyArgument < 0 || context.Request.GetArgument(mark.KeyArgument) is not null);
    }

    /// <summary>The call or its answer was lost; an exception of the grain itself is an answer.</summary>
    private static bool NobodyAnswered(Exception failure)
        => failure is TimeoutException or SiloUnavailableException or OrleansMessageRejectionException or ClientNotAvailableException
            || failure.GetType().Name is "ConnectionFailedException";

    private bool IsOver(long began, TimeSpan pause) => time.GetElapsedTime(began) + pause > host.Cluster.RetryFor;

    private void Tell(IOutgoingGrainCallContext context, Exception failure)
        => log.LogDebug(failure, "{Interface}.{Method} was not answered; asking again", context.InterfaceName, context.MethodName);
}
