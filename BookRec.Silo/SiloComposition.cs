using BookRec.Grains;
using BookRec.Grains.Accounts;
using BookRec.Grains.Catalogue;
using BookRec.Grains.Models;
using BookRec.Grains.Options;
using BookRec.Grains.Training;
using BookRec.Hosting;
using BookRec.Silo.Demo;
using BookRec.Storage.Accounts;
using BookRec.Storage.Blobs;
using BookRec.Storage.Catalogue;
using BookRec.Storage.Databases;
using BookRec.Storage.Imports;
using BookRec.Storage.Interactions;
using BookRec.Storage.Training;
using Microsoft.Extensions.Options;
using Orleans.Configuration;

namespace BookRec.Silo;

/// <summary>Composes a silo: storage below, grains above, Orleans around them.</summary>
public static class SiloComposition
{
    public static WebApplicationBuilder AddBookRecSilo(this WebApplicationBuilder builder, HostSettings host)
    {
        if (host.Mode != HostMode.Embedded)
            throw new SettingsException($"{HostSettings.Section}:{nameof(HostSettings.Mode)} must be {nameof(HostMode.Embedded)}: cluster mode is not there yet");
        AddSettings(builder, host);
        AddStorage(builder.Services, host);
        AddGrainParts(builder.Services);
        builder.Services.AddHostedService<DatabaseMigration>();
        builder.UseOrleans(silo => AddOrleans(silo, host));
        builder.Services.AddSingleton<Bootstrap>().AddHostedService(services => services.GetRequiredService<Bootstrap>());
        builder.Services.AddHealthChecks()
            .AddCheck<DatabaseHealth>("database", tags: ["ready"])
            .AddCheck<ModelHealth>("model", tags: ["ready"])
            .AddCheck<BootstrapHealth>("bootstrap", tags: ["ready"]);
        return builder;
    }

    private static void AddSettings(WebApplicationBuilder builder, HostSettings host)
    {
        builder.Services.AddSingleton(SettingsReader.BindSection<SiloSettings>(builder.Configuration, SiloSettings.Section));
        AddOptions<InteractionOptions>(builder, InteractionOptions.Section);
        AddOptions<TrainingOptions>(builder, TrainingOptions.Section);
        AddOptions<ModelOptions>(builder, ModelOptions.Section);
        var imports = SettingsReader.BindSection<ImportOptions>(builder.Configuration, ImportOptions.Section);
        builder.Services.AddSingleton(Options.Create(imports with { SpoolDirectory = imports.SpoolDirectory ?? Path.Combine(host.DataDirectory, "spool") }));
    }

    private static void AddOptions<T>(WebApplicationBuilder builder, string section)
        where T : class, new()
        => builder.Services.AddSingleton(Options.Create(SettingsReader.BindSection<T>(builder.Configuration, section)));

    private static void AddStorage(IServiceCollection services, HostSettings host)
    {
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(DatabaseOf(host));
        services.AddSingleton<BookStore>().AddSingleton<InteractionStore>().AddSingleton<AccountStore>();
        services.AddSingleton<AuditLog>().AddSingleton<TrainingLog>().AddSingleton<ImportLog>().AddSingleton<ImportPipeline>().AddSingleton<DemoData>();
        services.AddSingleton<IBlobStore>(new FileBlobStore(Path.Combine(host.DataDirectory, "blobs")));
    }

    internal static Database DatabaseOf(HostSettings host)
    {
        Directory.CreateDirectory(host.DataDirectory);
        return Enum.Parse<DatabaseEngine>(host.Database.Engine) switch
        {
            DatabaseEngine.Sqlite => new Database(
                DatabaseEngine.Sqlite, host.Database.ConnectionString ?? $"Data Source={Path.Combine(host.DataDirectory, "bookrec.db")}"),
            var engine => new Database(engine, host.Database.ConnectionString!),
        };
    }

    private static void AddGrainParts(IServiceCollection services)
    {
        services.AddSingleton(s => new Passwords(s.GetRequiredService<SiloSettings>().PasswordCost)).AddSingleton<ModelSlot>().AddSingleton<CatalogueNews>();
        services.AddSingleton<TrainingDataLoader>().AddSingleton<TrainingPipeline>();
        services.AddSingleton<IModelHostClient, ModelHostClient>().AddSingleton<ModelHosts>();
        services.AddSingleton<DemoSeed>();
    }

    private static void AddOrleans(ISiloBuilder silo, HostSettings host)
    {
        silo.UseLocalhostClustering(SiloSettings.FreePort(), gatewayPort: SiloSettings.FreePort(), serviceId: "bookrec", clusterId: "embedded");
        silo.UseInMemoryReminderService();
        silo.AddAdoNetGrainStorageAsDefault((OptionsBuilder<AdoNetGrainStorageOptions> storage) => storage.Configure<Database>((options, database) =>
        {
            options.Invariant = database.OrleansInvariant;
            options.ConnectionString = database.ConnectionString;
            options.GrainStorageSerializer = new GrainStateSerializer();
        }));
        silo.AddGrainService<ModelHost>();
        silo.AddIncomingGrainCallFilter<StorageFaults>();
    }
}
