using System.Security.Cryptography;
using BookRec.Grains;
using BookRec.Grains.Accounts;
using BookRec.Grains.Interfaces.Accounts;
using BookRec.Grains.Interfaces.Imports;
using BookRec.Grains.Interfaces.Models;
using BookRec.Grains.Interfaces.Training;
using BookRec.Hosting;
using BookRec.Silo.Demo;
using BookRec.Storage.Accounts;
using BookRec.Storage.Catalogue;
using BookRec.Storage.Databases;
using BookRec.Storage.Imports;

namespace BookRec.Silo;

/// <summary>
/// What an installation needs once: demo data in an empty database, an administrator, a first model. However many silos start at once, one
/// does it while the others wait for its lock, which the database frees when its holder dies. Every step looks first whether it was done, so
/// a start that was interrupted is completed by the next one.
/// </summary>
public sealed class Bootstrap(
    HostSettings host, SiloSettings silo, Database database, BookStore books, AccountStore accounts, ImportLog imports, Passwords passwords,
    DemoSeed demo, IGrainFactory grains, Announcer announcer, TimeProvider time, ILogger<Bootstrap> log)
    : BackgroundService
{
    public const string AdminEmail = "admin@bookrec.local";

    /// <summary>The name of the lock.</summary>
    private const string Lock = "bootstrap";

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(2);

    private string? _told;

    /// <summary>Null when everything is done.</summary>
    public string? NotReadyBecause { get; private set; } = "starting";

    /// <summary>Null: this silo makes no administrator.</summary>
    public string? AdminPasswordFile { get; } =
        !string.IsNullOrEmpty(silo.AdminPasswordFile) ? Path.GetFullPath(silo.AdminPasswordFile)
        : host.Mode == HostMode.Embedded ? Path.GetFullPath(Path.Combine(host.DataDirectory, "admin-password"))
        : null;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!await TryComplete(stoppingToken))
            await Task.Delay(RetryInterval, time, stoppingToken);
        NotReadyBecause = null;
        if (AdminPasswordFile is not null)
            announcer.Say($"The administrator is {AdminEmail}; the password is in {AdminPasswordFile}");
    }

    private async Task<bool> TryComplete(CancellationToken cancellationToken)
    {
        try
        {
            TrainingRun? run;
            await using (await database.Lock(Lock, cancellationToken))
            {
                await EnsureAdmin(cancellationToken);
                await EnsureDemo(cancellationToken);
                await EndBrokenImports(cancellationToken);
                run = await EnsureModel(cancellationToken);
            }

            await FollowTraining(run, cancellationToken);
            return true;
        }
        catch (Exception e) when (!e.IsCancellationBy(cancellationToken))
        {
            // The process goes on and tries again: liveness stays true, readiness tells what is missing, and what works can be used to find
            // out why. The same failure is told once.
            if (_told != e.Message)
                log.LogError(e, "The first start could not be completed yet");
            NotReadyBecause = _told = e.Message;
            return false;
        }
    }

    private async Task EnsureAdmin(CancellationToken cancellationToken)
    {
        if (await accounts.AnyAdmin(cancellationToken))
            return;
        if (AdminPasswordFile is null)
        {
            log.LogWarning(
                "There is no administrator. Make one with `./bookrec admin create EMAIL`, or start a silo with {Setting} set to a file for its password",
                $"{HostSettings.Section}__{SiloSettings.Section}__{nameof(SiloSettings.AdminPasswordFile)}");
            return;
        }

        // 144 bits; printable, no character that a shell would touch.
        var password = Convert.ToBase64String(RandomNumberGenerator.GetBytes(18)).Replace('+', '-').Replace('/', '_');
        await WriteForOwnerOnly(AdminPasswordFile, password, cancellationToken);
        await accounts.Create(AdminEmail, await passwords.Hash(password), "Administrator", Role.Admin, cancellationToken);
        log.LogInformation("The administrator {Email} was made; the password is in {File}", AdminEmail, AdminPasswordFile);
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

    private async Task EnsureDemo(CancellationToken cancellationToken)
    {
        if (!silo.Demo || (await books.Count(cancellationToken) > 0 && !await demo.WasCutOff(cancellationToken)))
            return;
        NotReadyBecause = "the demo catalogue is being read in";
        announcer.Say("Reading in the demo catalogue and its simulated readers");
        var counts = await demo.Seed(silo.DemoReaders, cancellationToken);
        announcer.Say($"  {counts.Books} books, {counts.Readers} simulated readers, {counts.Interactions} interactions");
    }

    /// <summary>Imports whose silo was killed say so instead of running for ever.</summary>
    private async Task EndBrokenImports(CancellationToken cancellationToken)
    {
        foreach (var import in await imports.Unfinished(cancellationToken))
            await grains.GetGrain<IImportGrain>(import.Id).Status();
    }

    /// <returns>The training to wait for; null when there is a model, or nothing to make one of.</returns>
    private async Task<TrainingRun?> EnsureModel(CancellationToken cancellationToken)
    {
        NotReadyBecause = "the first model is being trained";
        var training = grains.GetGrain<ITrainingGrain>(0);
        await training.Wake();

        // In this order: a run that ends between the two questions has left its model behind.
        var current = await training.Current();
        if (await grains.GetGrain<IModelRegistryGrain>(0).Active() is { } active)
        {
            announcer.Say($"The live model is {active.Version}");
            return null;
        }

        if (await books.Count(cancellationToken) == 0)
        {
            announcer.Say("No books yet: import some, then retrain");
            return null;
        }

        return current ?? await training.Start(TrainingTrigger.Bootstrap);
    }

    private async Task FollowTraining(TrainingRun? run, CancellationToken cancellationToken)
    {
        if (run is null)
            return;
        announcer.Say("Training the first model");
        var training = grains.GetGrain<ITrainingGrain>(0);
        var id = run.Id;
        var stage = (TrainingStage?)null;
        while (run is { State: TrainingState.Running })
        {
            if (run.Stage != stage)
                announcer.Say($"  {(stage = run.Stage)!.ToString()!.ToLowerInvariant()}");
            await Task.Delay(PollInterval, time, cancellationToken);
            run = await training.Get(id);
        }

        announcer.Say(run?.State == TrainingState.Succeeded
            ? $"Model {run.ModelVersion} is live: NDCG@10 {run.Evaluation!.Metrics["ndcg@10"].Mean:F4}, popularity {run.Baselines!["popularity"].Metrics["ndcg@10"].Mean:F4}"
            : $"No model came of it ({run?.State}): {run?.Reason}");
    }
}
