using BookRec.Storage.Databases.Migrations;
using FluentMigrator.Runner;
using Microsoft.Extensions.DependencyInjection;

namespace BookRec.Storage.Databases;

/// <summary>Runs the migrations that have not run yet, one process at a time.</summary>
internal static class SchemaUpgrade
{
    public static async Task Run(Database database, CancellationToken cancellationToken)
    {
        await using var held = await database.Dialect.LockSchema(cancellationToken);
        await using var services = new ServiceCollection()
            .AddFluentMigratorCore()
            .ConfigureRunner(builder =>
            {
                database.Dialect.AddMigrations(builder);
                builder.WithGlobalConnectionString(database.ConnectionString).ScanIn(typeof(Catalogue01).Assembly).For.Migrations();
            })
            .BuildServiceProvider(validateScopes: false);

        // The runner is synchronous throughout.
        await Task.Run(
            () =>
            {
                using var scope = services.CreateScope();
                scope.ServiceProvider.GetRequiredService<IMigrationRunner>().MigrateUp();
            },
            cancellationToken);
    }
}
