using System.Data;
using System.Text.Json;
using BookRec.Cli.Cluster.Parts;
using BookRec.Cli.Cluster.Processes;
using BookRec.Cli.Cluster.State;
using Npgsql;

namespace BookRec.Cli.Cluster.Backups;

/// <summary>
/// What of a cluster cannot be made again, in a folder: the database, the models and the secrets. Redis knows only who is there now, and the
/// rest is programs and settings.
/// </summary>
sealed record Backup(string Folder)
{
    static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true };

    string Dump => Path.Combine(Folder, "bookrec.dump");

    string Models => Path.Combine(Folder, S3.Bucket);

    string Secrets => Path.Combine(Folder, "secrets.json");

    string Contents => Path.Combine(Folder, "contents.json");

    /// <summary>Makes it while the cluster runs.</summary>
    public async Task<Inventory> Make(LocalCluster cluster, CancellationToken cancellationToken)
    {
        if (Directory.Exists(Folder) && Directory.EnumerateFileSystemEntries(Folder).Any())
            throw new CliException($"{Folder} is not empty; a backup wants a folder of its own");
        Directory.CreateDirectory(Folder);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(Folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        var inventory = await DumpDatabase(cluster.Postgres, cancellationToken);

        // After the database: a model is stored before the database names it, so these are all that the snapshot knows.
        Bucket.CopyModels(cluster.Folder.In("s3", S3.Bucket), Models);
        PrivateFile.Write(Secrets, await File.ReadAllTextAsync(cluster.Folder.SecretsFile, cancellationToken));
        await File.WriteAllTextAsync(Contents, JsonSerializer.Serialize(inventory, Json), cancellationToken);
        return inventory;
    }

    /// <summary>Makes the data of a cluster out of it, in a folder where there is none; the cluster can be started then.</summary>
    public async Task<Inventory> Restore(CliEnvironment environment, string data, CancellationToken cancellationToken)
    {
        if (!File.Exists(Contents))
            throw new CliException($"there is no complete backup in {Folder}");
        var folder = new ClusterFolder(Path.GetFullPath(data));
        if (File.Exists(folder.StateFile) || File.Exists(folder.SecretsFile))
            throw new CliException($"there is a cluster in {folder.Root} already", ["`cluster down --purge` deletes it; --data names another folder."]);
        folder.Create();
        PrivateFile.Write(folder.SecretsFile, await File.ReadAllTextAsync(Secrets, cancellationToken));
        folder.Of("s3");
        Bucket.CopyModels(Models, folder.In("s3", S3.Bucket));
        var cluster = LocalCluster.Open(environment, folder.Root, new ClusterSize());
        using var only = folder.Lock();
        await cluster.Start(cluster.Postgres, cancellationToken);
        await Tool(cluster.Postgres, "pg_restore", "--exit-on-error", "--no-owner", Dump).RunToEnd(cancellationToken);
        var inventory = await Inventory.Of(cluster.Postgres, cancellationToken);
        await cluster.Stop(cluster.Postgres, cancellationToken);
        var expected = JsonSerializer.Deserialize<Inventory>(await File.ReadAllTextAsync(Contents, cancellationToken), Json)!;
        return inventory == expected ? inventory : throw new CliException("the database is not what the backup says", [$"{expected}", $"{inventory}"]);
    }

    /// <summary>One snapshot, in which what is counted is what is saved, whatever is written meanwhile.</summary>
    async Task<Inventory> DumpDatabase(Postgres postgres, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(postgres.ConnectionString());
        await connection.OpenAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        await using var export = new NpgsqlCommand("SELECT pg_export_snapshot()", connection);
        var snapshot = (string)(await export.ExecuteScalarAsync(cancellationToken))!;
        var inventory = await Inventory.Of(connection, cancellationToken);
        await Tool(postgres, "pg_dump", "--format=custom", $"--snapshot={snapshot}", $"--file={Dump}").RunToEnd(cancellationToken);
        return inventory;
    }

    static Launch Tool(Postgres postgres, string program, params string[] arguments) => new(
        Installation.Program(program, "postgresql-client"), [.. arguments, .. postgres.ClientOptions], Path.GetTempPath())
    {
        Environment = postgres.ClientEnvironment,
    };
}
