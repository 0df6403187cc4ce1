using System.Net;
using BookRec.Grains.Options;
using BookRec.Hosting;
using BookRec.Hosting.Dashboard;
using BookRec.Hosting.Health;
using BookRec.Hosting.Membership;
using BookRec.Hosting.Tracing;
using BookRec.Storage.Databases;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Serialization;

namespace BookRec.Silo;

/// <summary>Composes a silo: storage below, grains above, Orleans around them.</summary>
public static class SiloComposition
{
    /// <summary>Health, metrics and the dashboard of a silo process.</summary>
    public const int DefaultHttpPort = 8001;

    public static WebApplicationBuilder AddBookRecSilo(this WebApplicationBuilder builder, HostSettings host)
    {
        var settings = SettingsReader.BindSection<SiloSettings>(builder.Configuration, SiloSettings.Section);
        builder.Services.AddSingleton(settings);
        AddSettings(builder, host);
        builder.AddDatabase(host);
        builder.AddBlobs(host);
        builder.Services.AddHostedService<DatabaseMigration>().AddHostedService<SpoolCleaning>();
        var redisPassword = new LivePassword(builder.Configuration, LivePassword.Redis);
        builder.UseOrleans(silo => AddOrleans(silo, host, settings, redisPassword));
        builder.Services.AddSingleton<Bootstrap>().AddHostedService(services => services.GetRequiredService<Bootstrap>());
        if (host.Mode == HostMode.Cluster)
        {
            builder.Services.AddHostedService<MembershipWatchdog>();
            builder.AddDependency(RedisMembership.Dependency(host.Redis, redisPassword));
        }

        builder.Services.AddHealthChecks()
            .AddCheck<DatabaseHealth>("database", tags: [HealthSetup.Ready])
            .AddCheck<ModelHealth>("model", tags: [HealthSetup.Ready])
            .AddCheck<BootstrapHealth>("bootstrap", tags: [HealthSetup.Ready]);
        return builder;
    }

    private static void AddSettings(WebApplicationBuilder builder, HostSettings host)
    {
        AddOptions<InteractionOptions>(builder, InteractionOptions.Section);
        AddOptions<TrainingOptions>(builder, TrainingOptions.Section);
        AddOptions<ModelOptions>(builder, ModelOptions.Section);
        var imports = SettingsReader.BindSection<ImportOptions>(builder.Configuration, ImportOptions.Section);
        builder.Services.AddSingleton(Options.Create(imports with { SpoolDirectory = imports.SpoolDirectory ?? Path.Combine(host.DataDirectory, "spool") }));
    }

    private static void AddOptions<T>(WebApplicationBuilder builder, string section)
        where T : class, new()
        => builder.Services.AddSingleton(Options.Create(SettingsReader.BindSection<T>(builder.Configuration, section)));

    private static void AddOrleans(ISiloBuilder silo, HostSettings host, SiloSettings settings, LivePassword redisPassword)
    {
        if (host.Mode == HostMode.Cluster)
            JoinCluster(silo, host, settings, redisPassword);
        else
            StandAlone(silo);
        silo.AddBookRecGrains();
        silo.CarryTraces();
        silo.AddIncomingGrainCallFilter<StorageFaults>();

        // A grain that cannot be activated hands on what its storage threw, past every filter; without this the answer itself cannot be written.
        silo.Services.Configure<ExceptionSerializationOptions>(options => options.SupportedNamespacePrefixes.Add(nameof(Npgsql)));

        // After grain storage is open, before the silo is given grains: whoever lands here finds the model in place.
        silo.AddStartupTask<CommittedModel>(ServiceLifecycleStage.ApplicationServices + 1);
        silo.AddBookRecDashboard();
    }

    private static void StandAlone(ISiloBuilder silo)
    {
        silo.UseLocalhostClustering(SiloSettings.FreePort(), gatewayPort: SiloSettings.FreePort(), serviceId: ClusterSettings.ServiceId, clusterId: "embedded");
        silo.UseInMemoryReminderService();
    }

    private static void JoinCluster(ISiloBuilder silo, HostSettings host, SiloSettings settings, LivePassword redisPassword)
    {
        silo.UseRedisMembership(host, redisPassword);
        silo.Configure<SiloOptions>(options => options.SiloName = settings.Name ?? Environment.MachineName);
        silo.ConfigureEndpoints(
            string.IsNullOrEmpty(settings.Address) ? host.Redis.OwnAddress() : IPAddress.Parse(settings.Address),
            settings.Port == 0 ? SiloSettings.FreePort() : settings.Port,
            settings.GatewayPort == 0 ? SiloSettings.FreePort() : settings.GatewayPort,
            listenOnAnyHostAddress: false);
        silo.UseAdoNetReminderService((OptionsBuilder<AdoNetReminderTableOptions> reminders) => reminders.Configure<Database>((options, database) =>
        {
            options.Invariant = database.OrleansInvariant;
            options.DataSource = database.Source;
        }));
        silo.AddOutgoingGrainCallFilter<IdempotentRetry>();
    }
}
