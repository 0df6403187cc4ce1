using System.Data.Common;
using BookRec.Grains.Interfaces;
using BookRec.Hosting.Logging;

namespace BookRec.Silo;

/// <summary>
/// Turns a database that is away into an answer the caller understands: nothing is acknowledged that was not stored, and a retry is safe.
/// Driver exceptions stay inside the silo.
/// </summary>
public sealed class StorageFaults(ILogger<StorageFaults> log, TimeProvider time) : IIncomingGrainCallFilter
{
    private readonly OutageLog _outage = new(log, LogLevel.Error, time);

    public async Task Invoke(IIncomingGrainCallContext context)
    {
        try
        {
            await context.Invoke();
        }
        catch (DbException e)
        {
            _outage.Tell(e, $"The database failed {context.InterfaceName}.{context.MethodName}");
            throw new RejectedException(RejectionKind.Unavailable, "The database did not answer. Nothing was acknowledged; send the request again, with the same Idempotency-Key if it had one.");
        }
    }
}
