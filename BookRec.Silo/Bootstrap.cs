using System.Security.Cryptography;
using BookRec.Grains.Accounts;
using BookRec.Grains.Interfaces.Accounts;
using BookRec.Grains.Interfaces.Imports;
using BookRec.Grains.Interfaces.Models;
using BookRec.Grains.Interfaces.Training;
using BookRec.Hosting;
using BookRec.Silo.Demo;
using BookRec.Storage.Accounts;
using BookRec.Storage.Catalogue;
using BookRec.Storage.Imports;

namespace BookRec.Silo;

/// <summary>
/// What an installation needs once: demo data in an empty database, an administrator, a first model. Every step looks first whether it was
/// done, so a start that was interrupted is completed by the next one.
/// </summary>
public sealed class Bootstrap(
    HostSettings host, SiloSettings silo, BookStore books, AccountStore accounts, ImportLog imports, Passwords passwords, DemoSeed demo,
    IGrainFactory grains, Announcer announcer, TimeProvider time, ILogger<Bootstrap> log)
    : BackgroundService
{
    public const string AdminEmail = "admin@bookrec.local";
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(200);

    /// <summary>Null when everything is done.</summary>
    public string? NotReadyBecause { get; private set; } = "starting";

    public string AdminPasswordFile => Path.GetFullPath(Path.Combine(host.DataDirectory, "admin-password"));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await EnsureAdmin(stoppingToken);
            if (silo.Demo && await books.Count(stoppingToken) == 0)
                await Seed(stoppingToken);
            await EndBrokenImports(stoppingToken);
            await EnsureModel(stoppingToken);
            NotReadyBecause = null;
            if (host.Mode == HostMode.Embedded)
                announcer.Say($"The administrator is {AdminEmail}; the password is in {AdminPasswordFile}");
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // The process goes on: liveness stays true, readiness tells what is missing, and what works can be used to find out why.
            NotReadyBecause = e.Message;
            log.LogError(e, "The first start could not be completed");
        }
    }

    private async Task EnsureAdmin(CancellationToken cancellationToken)
    {
        // A cluster has no default administrator: `./bookrec admin create` makes the first one.
        if (host.Mode != HostMode.Embedded || await accounts.AnyAdmin(cancellationToken))
            return;

        // 144 bits; printable, no character that a shell would touch.
        var password = Convert.ToBase64String(RandomNumberGenerator.GetBytes(18)).Replace('+', '-').Replace('/', '_');
        await WriteForOwnerOnly(AdminPasswordFile, password, cancellationToken);
        await accounts.Create(AdminEmail, await passwords.Hash(password), "Administrator", Role.Admin, cancellationToken);
    }

    private static async Task WriteForOwnerOnly(string path, string secret, CancellationToken cancellationToken)
    {
        // A file left over from an interrupted start keeps the mode it was made with.
        File.Delete(path);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        await using var writer = new StreamWriter(path, options);
        await writer.WriteLineAsync(secret.AsMemory(), cancellationToken);
    }

    private async Task Seed(CancellationToken cancellationToken)
    {
        NotReadyBecause = "the demo catalogue is being read in";
        announcer.Say("The database is empty: reading in the demo catalogue and its simulated readers");
        var counts = await demo.Seed(silo.DemoReaders, cancellationToken);
        announcer.Say($"  {counts.Books} books, {counts.Readers} simulated readers, {counts.Interactions} interactions");
    }

    /// <summary>Imports this silo was reading when it was killed say so instead of running for ever.</summary>
    private async Task EndBrokenImports(CancellationToken cancellationToken)
    {
        foreach (var import in await imports.Unfinished(cancellationToken))
            await grains.GetGrain<IImportGrain>(import.Id).Status();
    }

    private async Task EnsureModel(CancellationToken cancellationToken)
    {
        NotReadyBecause = "the first model is being trained";
        var training = grains.GetGrain<ITrainingGrain>(0);
        await training.Wake();
        if (await grains.GetGrain<IModelRegistryGrain>(0).Active() is { } active)
        {
            announcer.Say($"Serving model {active.Version}");
            return;
        }

        if (await books.Count(cancellationToken) == 0)
        {
            announcer.Say("No books yet: import some, then retrain");
            return;
        }

        announcer.Say("Training the first model");
        var run = await training.Current() ?? await training.Start(TrainingTrigger.Bootstrap);
        var stage = (TrainingStage?)null;
        while (run is { State: TrainingState.Running })
        {
            if (run.Stage != stage)
                announcer.Say($"  {(stage = run.Stage)!.ToString()!.ToLowerInvariant()}");
            await Task.Delay(PollInterval, time, cancellationToken);
            run = await training.Get(run.Id);
        }

        announcer.Say(run?.State == TrainingState.Succeeded
            ? $"Model {run.ModelVersion} is live: NDCG@10 {run.Evaluation!.Metrics["ndcg@10"].Mean:F4}, popularity {run.Baselines!["popularity"].Metrics["ndcg@10"].Mean:F4}"
            : $"No model came of it ({run?.State}): {run?.Reason}");
    }
}
