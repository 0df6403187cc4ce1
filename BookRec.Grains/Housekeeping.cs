using BookRec.Grains.Accounts;
using BookRec.Grains.Options;
using BookRec.Storage.Interactions;
using BookRec.Storage.Orleans;
using Microsoft.Extensions.Options;

namespace BookRec.Grains;

/// <summary>Forgets what has run out: idempotency keys, and sessions whose end nobody told.</summary>
public sealed class Housekeeping(InteractionStore interactions, GrainStateStore states, IOptions<InteractionOptions> options, TimeProvider time)
{
    public async Task Forget()
    {
        await interactions.ForgetKeys(time.GetUtcNow() - options.Value.IdempotencyKeyLifetime);
        await states.Forget(SessionGrain.StateName, SessionGrain.Lifetime + TimeSpan.FromDays(1));
    }
}
