using BookRec.Grains.Accounts;
using BookRec.Grains.Options;
using BookRec.Storage.Interactions;
using BookRec.Storage.Orleans;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace BookRec.Grains;

/// <summary>Forgets what has run out: idempotency keys, and sessions whose end nobody told, with the lists of accounts that have no others.</summary>
public sealed class Housekeeping(
    InteractionStore interactions, GrainStateStore states, IOptions<InteractionOptions> options, TimeProvider time, ILogger<Housekeeping> log)
    : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private Task _forgetting = Task.CompletedTask;

    /// <summary>Begins and returns: it takes as long as there are rows, or as long as the database hangs. While it lasts, nothing is begun anew.</summary>
    public void Begin()
    {
        if (_forgetting.IsCompleted)
            _forgetting = Task.Run(Forget);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _forgetting;
        _stopping.Dispose();
    }

    private async Task Forget()
    {
        try
        {
            await interactions.ForgetKeys(time.GetUtcNow() - options.Value.IdempotencyKeyLifetime, _stopping.Token);
            foreach (var sessions in new[] { SessionGrain.StateName, AccessGrain.StateName })
                await states.Forget(sessions, SessionGrain.Lifetime + TimeSpan.FromDays(1), _stopping.Token);
        }
        catch (Exception) when (_stopping.IsCancellationRequested)
        {
            // The silo stops; what is left is forgotten by the next one.
        }
        catch (Exception e)
        {
            // What has run out means nothing any more, so it may stay until it is begun again.
            log.LogWarning(e, "What has run out could not be forgotten yet");
        }
    }
}
