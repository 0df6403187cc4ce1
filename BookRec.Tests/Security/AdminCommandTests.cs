using System.Diagnostics;
using BookRec.Grains.Accounts;
using BookRec.Grains.Interfaces.Accounts;
using BookRec.Storage.Accounts;
using BookRec.Storage.Databases;

namespace BookRec.Tests.Security;

/// <summary>How a cluster without an administrator gets its first.</summary>
public sealed class AdminCommandTests : IDisposable
{
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("bookrec-admin-");

    public void Dispose() => _data.Delete(recursive: true);

    [Fact]
    public async Task An_administrator_is_made_with_a_password_from_standard_input()
    {
        var (exit, output) = await Run(["admin", "create", "Boss@example.org"], SecureApp.Password);
        Assert.True(exit == 0, output);
        Assert.DoesNotContain(SecureApp.Password, output, StringComparison.Ordinal);

        await using (var database = new Database(DatabaseEngine.Sqlite, $"Data Source={Path.Combine(_data.FullName, "bookrec.db")}"))
        {
            var found = await new AccountStore(database, TimeProvider.System).FindByEmail("boss@example.org", TestContext.Current.CancellationToken);
            Assert.Equal(Role.Admin, found!.Account.Role);
            using var passwords = new Passwords();
            Assert.True(await passwords.Matches(SecureApp.Password, found.PasswordHash));
        }

        Assert.Contains("already", (await Run(["admin", "create", "boss@example.org"], SecureApp.Password)).Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("the password", "admin", "create", "boss@example.org")]
    [InlineData("admin create EMAIL", "admin", "create", "nobody")]
    [InlineData("admin create EMAIL", "admin", "destroy")]
    public async Task What_is_wrong_is_said_in_one_line(string said, params string[] args)
    {
        var (exit, output) = await Run(args, "password2024");
        Assert.Equal(1, exit);
        Assert.Contains(said, Assert.Single(output.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    private async Task<(int Exit, string Output)> Run(string[] args, string input)
    {
        string[] data = args.Length > 2 ? ["--data", _data.FullName] : [];
        using var process = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "BookRec.Silo.dll"), .. args, .. data])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        await process.StandardInput.WriteLineAsync(input);
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken) + await error;
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, output);
    }
}
