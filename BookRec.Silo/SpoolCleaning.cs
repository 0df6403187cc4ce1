using BookRec.Grains.Imports;

namespace BookRec.Silo;

/// <summary>Empties the spool before the silo is given imports: files of a process that was killed are read by nobody.</summary>
public sealed class SpoolCleaning(ImportSpool spool) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        spool.Empty();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
