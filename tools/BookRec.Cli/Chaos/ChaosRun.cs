using BookRec.Cli.Cluster;
using BookRec.Cli.Cluster.Parts;
using BookRec.Cli.Output;
using BookRec.Cli.Server;

namespace BookRec.Cli.Chaos;

/// <param name="Violations">Empty when every promise was kept.</param>
sealed record ChaosOutcome(
    Measurements Measurements, Troublemaker Troublemaker, IReadOnlyCollection<Reader> Readers, int Acknowledged,
    IReadOnlyList<(string Id, string State, string? Reason)> TrainingRuns, string? Model, IReadOnlyList<string> Violations);

/// <summary>Traffic and faults over a running cluster, and then the reckoning.</summary>
sealed class ChaosRun(CliEnvironment environment, LocalCluster cluster, int seed, TimeSpan length) : IDisposable
{
    const int FewestBooks = 400;

    static readonly TimeSpan RequestLimit = TimeSpan.FromSeconds(20);
    static readonly TimeSpan TrainingInterval = TimeSpan.FromSeconds(30);

    /// <summary>How long after the last fault a client may still have to repeat itself.</summary>
    static readonly TimeSpan SettleLimit = TimeSpan.FromSeconds(90);

    /// <summary>How long a training under way may take to come to its end.</summary>
    static readonly TimeSpan TrainingLimit = TimeSpan.FromMinutes(5);

    /// <summary>How long silos may take to agree on the model; they look every two seconds.</summary>
    static readonly TimeSpan AgreementLimit = TimeSpan.FromSeconds(60);

    readonly HttpClient http = Client(cluster);

    readonly List<string> violations = [];

    public void Dispose() => http.Dispose();

    public async Task<ChaosOutcome> Run(CancellationToken cancellationToken)
    {
        var evidence = new Evidence(http);
        var measurements = new Measurements(environment.Time);
        var client = new ReaderClient(http, measurements, environment.Time);
        var books = await SomeBooks(evidence, await AdminToken(client, cancellationToken), cancellationToken);
        var troublemaker = new Troublemaker(
            cluster, measurements, environment.Time, line => environment.Out.Say($"  {measurements.Elapsed.TotalSeconds,6:0.0} s  {line}"));
        var journalFile = cluster.Folder.In("chaos-journal.jsonl");
        Traffic traffic;
        using (var journal = new Journal(journalFile))
        {
            traffic = new Traffic(client, journal, books, seed, environment.Time);
            await Storm(traffic, troublemaker, client, cancellationToken);
        }

        environment.Out.Say("The storm is over; checking what is left");
        var token = await AdminToken(client, cancellationToken) ?? throw new CliException("the administrator cannot log in after the storm");
        var runs = await EndedTrainings(evidence, token, cancellationToken);
        var model = await AgreedModel(evidence, token, cancellationToken);
        var acknowledged = Journal.Read(journalFile);
        await CheckInteractions(evidence, traffic.Readers, acknowledged, cancellationToken);
        return new ChaosOutcome(measurements, troublemaker, traffic.Readers, acknowledged.Count, runs, model, violations);
    }

    async Task Storm(Traffic traffic, Troublemaker troublemaker, ReaderClient client, CancellationToken cancellationToken)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var calm = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var reading = traffic.Run(enough.Token, giveUp.Token);
        var training = KeepTraining(client, enough.Token);
        var supervising = troublemaker.Supervise(calm.Token);
        try
        {
            enough.CancelAfter(length);
            await troublemaker.CarryOut(ChaosPlan.Make(seed, length, Targets()), cancellationToken);
            await Quietly(Task.Delay(Timeout.InfiniteTimeSpan, enough.Token));
            giveUp.CancelAfter(SettleLimit);
            await Task.WhenAll(reading, training);
        }
        finally
        {
            // From here on a process that ends is not started again but found out.
            await calm.CancelAsync();
            await supervising;
        }

        await cluster.Up(new ClusterSize(), cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>NGINX and the secrets are what operators replace by something else; everything that holds or serves data is in.</summary>
    List<string> Targets() => [.. cluster.Parts.Where(part => part is Silo or WebApi or Redis or Postgres or S3).Select(part => part.Name)];

    /// <summary>Asks for a training now and then; a refusal, such as that one is under way, is an answer too.</summary>
    async Task KeepTraining(ReaderClient client, CancellationToken enough)
    {
        try
        {
            while (true)
            {
                await Task.Delay(TrainingInterval / 3, environment.Time, enough);
                if (await AdminToken(client, enough) is { } token)
                    await client.Send("retrain", HttpMethod.Post, "api/admin/retrain", null, token, null, enough);
                await Task.Delay(TrainingInterval * 2 / 3, environment.Time, enough);
            }
        }
        catch (OperationCanceledException)
        {
            // It was enough.
        }
    }

    async Task<string?> AdminToken(ReaderClient client, CancellationToken cancellationToken)
    {
        var password = (await File.ReadAllTextAsync(cluster.Folder.AdminPasswordFile, cancellationToken)).Trim();
        var reply = await client.Send(
            "log in", HttpMethod.Post, "api/auth/login", new { email = "admin@bookrec.local", password }, null, null, cancellationToken);
        return reply.Succeeded ? (string)reply.Body!["access_token"]! : null;
    }

    static async Task<IReadOnlyList<long>> SomeBooks(Evidence evidence, string? token, CancellationToken cancellationToken)
    {
        var books = new List<long>();
        string? cursor = null;
        do
        {
            var page = await evidence.Get($"api/books?limit=100{(cursor is null ? "" : $"&cursor={Uri.EscapeDataString(cursor)}")}", token, cancellationToken);
            books.AddRange(page["items"]!.AsArray().Select(book => (long)book!["id"]!));
            cursor = (string?)page["next_cursor"];
        }
        while (cursor is not null && books.Count < FewestBooks);
        return books;
    }

    /// <summary>Waits until every training has come to an end of some kind.</summary>
    async Task<IReadOnlyList<(string Id, string State, string? Reason)>> EndedTrainings(Evidence evidence, string token, CancellationToken cancellationToken)
    {
        var began = environment.Time.GetTimestamp();
        while (true)
        {
            var runs = await evidence.TrainingRuns(token, cancellationToken);
            var running = runs.Where(run => run.State == "running").ToList();
            if (running.Count == 0)
                return runs;
            if (environment.Time.GetElapsedTime(began) > TrainingLimit)
            {
                violations.AddRange(running.Select(run => $"training run {run.Id} neither completed nor failed within {TrainingLimit.TotalMinutes:0} min"));
                return runs;
            }

            await Task.Delay(environment.PollInterval, environment.Time, cancellationToken);
        }
    }

    /// <summary>Waits until every silo serves the committed model.</summary>
    async Task<string?> AgreedModel(Evidence evidence, string token, CancellationToken cancellationToken)
    {
        var began = environment.Time.GetTimestamp();
        while (true)
        {
            var committed = await evidence.CommittedModel(token, cancellationToken);
            var serving = new SortedDictionary<string, string?>();
            foreach (var silo in cluster.Parts.OfType<Silo>())
                serving[silo.Name] = await evidence.ModelOf(silo.Port("http"), cancellationToken);
            if (committed is not null && serving.Values.All(version => version == committed))
                return committed;
            if (environment.Time.GetElapsedTime(began) > AgreementLimit)
            {
                violations.Add($"the committed model is {committed ?? "none"}, and the silos serve {string.Join(", ", serving.Select(s => $"{s.Key}: {s.Value ?? "none"}"))}");
                return committed;
            }

            await Task.Delay(environment.PollInterval, environment.Time, cancellationToken);
        }
    }

    async Task CheckInteractions(
        Evidence evidence, IReadOnlyCollection<Reader> readers, IReadOnlyList<Acknowledgement> acknowledged, CancellationToken cancellationToken)
    {
        var known = readers.Where(reader => reader is { Id: not null, Token: not null }).ToList();
        var intents = readers.SelectMany(reader => reader.Intents).ToList();
        violations.AddRange(readers.SelectMany(reader => reader.Violations));
        if (acknowledged.Count == 0)
            violations.Add("nothing was acknowledged at all");
        var answered = acknowledged.Select(a => a.Intent.Key).ToHashSet();
        violations.AddRange(intents.Where(intent => !answered.Contains(intent.Key)).Select(
            intent => $"stuck: key {intent.Key} was not acknowledged within {SettleLimit.TotalSeconds:0} s of calm"));

        var inTable = await Evidence.Stored(cluster.Postgres.ConnectionString(), [.. known.Select(reader => reader.Id!.Value)], cancellationToken);
        violations.AddRange(Checker.Compare(intents, acknowledged, inTable).Select(violation => $"in the table: {violation}"));
        var inHistories = new List<StoredRow>();
        foreach (var reader in known)
            inHistories.AddRange(await evidence.History(reader.Id!.Value, reader.Token!, cancellationToken));
        violations.AddRange(Checker.Compare(intents, acknowledged, inHistories).Select(violation => $"in the histories: {violation}"));
    }

    static HttpClient Client(LocalCluster cluster)
    {
        var handler = Trust.Handler(cluster.State.Url, cluster.CertificateFile);
        handler.PooledConnectionLifetime = TimeSpan.FromSeconds(10);
        return new HttpClient(handler) { BaseAddress = cluster.State.Url, Timeout = RequestLimit };
    }

    static async Task Quietly(Task delay)
    {
        try
        {
            await delay;
        }
        catch (OperationCanceledException)
        {
            // That is what it was waiting for.
        }
    }
}
