using BookRec.Hosting;
using BookRec.Storage.Databases;

namespace BookRec.Silo;

/// <summary>Brings the schema up to date before the silo starts, since Orleans reads its query table while it does.</summary>
public sealed class DatabaseMigration(Database database, Announcer announcer) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        announcer.Say($"Bringing the {database.Engine} schema up to date");
        await database.Migrate(cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
