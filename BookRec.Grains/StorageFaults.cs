using System.Data.Common;
using BookRec.Grains.Interfaces;
using Microsoft.Extensions.Logging;

namespace BookRec.Grains;

/// <summary>
/// Turns a database that is away into an answer the caller understands: nothing is acknowledged that was not stored, and a retry is safe.
/// Driver exceptions stay inside the silo.
/// </summary>
public sealed class StorageFaults(ILogger<StorageFaults> log) : IIncomingGrainCallFilter
{
    public async Task Invoke(IIncomingGrainCallContext context)
    {
        try
        {
            await context.Invoke();
        }
        catch (DbException e)
        {
            log.LogError(e, "The database failed {Grain}.{Method}", context.InterfaceName, context.MethodName);
            throw new RejectedException(RejectionKind.Unavailable, "The database did not answer. Nothing was acknowledged; send the request again, with the same Idempotency-Key if it had one.");
        }
    }
}
