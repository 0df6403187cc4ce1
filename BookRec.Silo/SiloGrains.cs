using BookRec.Grains;
using BookRec.Grains.Accounts;
using BookRec.Grains.Catalogue;
using BookRec.Grains.Imports;
using BookRec.Grains.Models;
using BookRec.Grains.Training;
using BookRec.Silo.Demo;
using BookRec.Storage.Accounts;
using BookRec.Storage.Catalogue;
using BookRec.Storage.Databases;
using BookRec.Storage.Imports;
using BookRec.Storage.Interactions;
using BookRec.Storage.Orleans;
using BookRec.Storage.Training;
using Microsoft.Extensions.Options;
using Orleans.Configuration;

namespace BookRec.Silo;

/// <summary>What the grains of a silo are made of, and where they keep their state; settings, database and blobs come from the host.</summary>
public static class SiloGrains
{
    public static ISiloBuilder AddBookRecGrains(this ISiloBuilder silo)
    {
        AddStores(silo.Services);
        AddParts(silo.Services);
        silo.AddAdoNetGrainStorageAsDefault((OptionsBuilder<AdoNetGrainStorageOptions> storage) => storage.Configure<Database>((options, database) =>
        {
            options.Invariant = database.OrleansInvariant;
            options.DataSource = database.Source;
            options.GrainStorageSerializer = new GrainStateSerializer();
            options.DeleteStateOnClear = true;
        }));
        return silo.AddGrainService<ModelHost>();
    }

    private static void AddStores(IServiceCollection services)
    {
        services.AddSingleton<BookStore>().AddSingleton<InteractionStore>().AddSingleton<InteractionCommitter>().AddSingleton<AccountStore>().AddSingleton<GrainStateStore>();
        services.AddSingleton<AuditLog>().AddSingleton<TrainingLog>().AddSingleton<ImportLog>().AddSingleton<ImportPipeline>().AddSingleton<DemoData>();
    }

    private static void AddParts(IServiceCollection services)
    {
        services.AddSingleton(s => new Passwords(s.GetRequiredService<SiloSettings>().PasswordCost)).AddSingleton<ModelSlot>().AddSingleton<CatalogueNews>();
        services.AddSingleton<Housekeeping>().AddSingleton<ImportSpool>();
        services.AddTraining();
        services.AddSingleton<IModelHostClient, ModelHostClient>().AddSingleton<ModelHosts>().AddSingleton<ModelRetention>();
        services.AddSingleton<DemoSeed>();
    }
}
