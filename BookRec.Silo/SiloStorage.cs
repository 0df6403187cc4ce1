using System.Data.Common;
using Amazon.Runtime;
using BookRec.Hosting;
using BookRec.Hosting.Health;
using BookRec.Storage.Blobs;
using BookRec.Storage.Databases;

namespace BookRec.Silo;

/// <summary>Which database and which blobs a silo of this mode keeps its things in.</summary>
internal static class SiloStorage
{
    public static void AddDatabase(this WebApplicationBuilder builder, HostSettings host)
    {
        Directory.CreateDirectory(host.DataDirectory);
        var database = DatabaseOf(host, new LivePassword(builder.Configuration, LivePassword.Database));
        builder.Services.AddSingleton(database);
        if (host.Mode == HostMode.Cluster)
            builder.Services.AddSingleton(new Dependency("database", database.Where, cancelled => Ping(database, cancelled)));
    }

    public static void AddBlobs(this WebApplicationBuilder builder, HostSettings host)
    {
        if (host.Mode == HostMode.Embedded)
        {
            builder.Services.AddSingleton<IBlobStore>(new FileBlobStore(Path.Combine(host.DataDirectory, "blobs")));
            return;
        }

        var endpoint = AwsEndpoint.Of("S3", builder.Configuration);
        try
        {
            var blobs = new S3BlobStore(new S3Location(host.Blobs.Bucket, endpoint.Region, endpoint.Url));
            builder.Services.AddSingleton<IBlobStore>(blobs);
            builder.AddDependency(new Dependency("blobs", $"the bucket {host.Blobs.Bucket} of S3 at {endpoint}", blobs.Ping));
        }
        catch (AmazonClientException noRegion)
        {
            throw new SettingsException($"AWS_REGION is needed to find S3: {noRegion.Message}");
        }
    }

    public static Database DatabaseOf(HostSettings host, LivePassword password)
    {
        var engine = Enum.Parse<DatabaseEngine>(host.Database.Engine);
        if (host.Mode == HostMode.Cluster && engine != DatabaseEngine.PostgreSql)
            throw Refuse(nameof(DatabaseSettings.Engine), "must be PostgreSql in cluster mode");
        if (engine == DatabaseEngine.Sqlite)
            return new Database(engine, host.Database.ConnectionString ?? $"Data Source={Path.Combine(host.DataDirectory, "bookrec.db")}");

        try
        {
            var text = host.Database.ConnectionString ?? throw Refuse(nameof(DatabaseSettings.ConnectionString), "is required for PostgreSql");
            return new Database(engine, text, password.Current is null ? null : new ChangingPassword(() => password.Current ?? "", password.LookUp));
        }
        catch (ArgumentException unreadable)
        {
            throw Refuse(nameof(DatabaseSettings.ConnectionString), $"cannot be used: {unreadable.Message}");
        }
    }

    private static async Task Ping(Database database, CancellationToken cancellationToken)
    {
        try
        {
            await database.Ping(cancellationToken);
        }
        catch (DbException refused) when (database.IsLoginRefusal(refused))
        {
            throw Refuse(nameof(DatabaseSettings.Password), $"the login is refused: {refused.Message}");
        }
    }

    private static SettingsException Refuse(string setting, string why) => new($"{HostSettings.Section}:Database:{setting}: {why}");
}
