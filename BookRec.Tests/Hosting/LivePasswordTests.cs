using BookRec.Hosting;
using BookRec.Storage.Databases;
using BookRec.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Npgsql;

namespace BookRec.Tests.Hosting;

/// <summary>A database that refuses the password, and a Secrets Manager that may have the new one.</summary>
public sealed class LivePasswordTests(TestPostgres postgres) : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("bookrec-password-").FullName;
    private readonly TestSecrets _secrets = new();
    private WebApplication? _app;
    private string? _guarded;
    private Database? _database;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private Database Database => _database!;

    public async ValueTask InitializeAsync()
    {
        Environment.SetEnvironmentVariable("AWS_ACCESS_KEY_ID", TestS3.Key);
        Environment.SetEnvironmentVariable("AWS_SECRET_ACCESS_KEY", TestS3.Key);
        await _secrets.Start(Secret("old"));
        _guarded = await postgres.CreateGuardedDatabase("old");
        var builder = WebApplication.CreateBuilder(
        [
            $"--urls=http://127.0.0.1:{ServerProcess.FreePort()}", $"--BookRec:DataDirectory={_folder}", $"--BookRec:Secrets:Name={TestSecrets.Name}",
            "--AWS_REGION=us-east-1", $"--AWS_ENDPOINT_URL_SECRETS_MANAGER={_secrets.Url}",
        ]);
        await using (var gate = new StartupGate(builder))
            await gate.ReadSecrets();
        builder.AddBookRecHosting();
        var password = new LivePassword(builder.Configuration, LivePassword.Database);
        _database = new Database(DatabaseEngine.PostgreSql, $"{_guarded};Pooling=false", new ChangingPassword(() => password.Current ?? "", password.LookUp));
        _app = builder.Build();
        await _app.StartAsync(Stop);
    }

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        await EndApp();
        await _secrets.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_refused_login_asks_for_the_password_of_now()
    {
        await Database.Ping(Stop);
        _secrets.Change(Secret("new"));
        await postgres.ChangePassword(_guarded!, "new");
        await Database.Ping(Stop);
    }

    [Fact]
    public async Task Without_Secrets_Manager_the_refusal_is_what_comes_out_and_the_loss_is_told_once()
    {
        await postgres.ChangePassword(_guarded!, "new");
        await _secrets.DisposeAsync();
        for (var i = 0; i < 3; i++)
        {
            var refused = await Assert.ThrowsAsync<PostgresException>(() => Database.Ping(Stop));
            Assert.Equal(PostgresErrorCodes.InvalidPassword, refused.SqlState);
        }

        await EndApp();
        var log = Directory.GetFiles(Path.Combine(_folder, "logs")).SelectMany(File.ReadAllLines);
        Assert.Single(log, line => line.Contains("The secret cannot be read", StringComparison.Ordinal));
    }

    private static object Secret(string password)
        => new { jwt_secret_key = Convert.ToBase64String(System.Security.Cryptography.RandomNumberGenerator.GetBytes(32)), postgres_password = password };

    private async Task EndApp()
    {
        if (Interlocked.Exchange(ref _app, null) is not { } app)
            return;
        await app.StopAsync(Stop);
        await app.DisposeAsync();
    }
}
