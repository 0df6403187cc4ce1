using System.Net;
using System.Net.Sockets;
using BookRec.Storage.Catalogue;
using BookRec.Storage.Interactions;
using BookRec.Tests.Support;

namespace BookRec.Tests.EndToEnd;

/// <summary>The first start, the ones after it, and the starts that are refused.</summary>
public sealed class FirstStartTests
{
    [Fact]
    public async Task The_password_is_for_its_owner_alone_and_a_second_start_finds_everything()
    {
        await using var app = await RunningApp.Start(RunningApp.Small);
        var file = Path.Combine(app.DataDirectory, "admin-password");
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        var password = app.AdminPassword;
        var reader = await app.NewReader();
        await reader.Record(await reader.BookId("Dune"), "like");
        var before = await reader.Top();

        Assert.Equal(0, await app.Terminate());
        await app.Launch();
        var after = await reader.Top();
        Assert.Equal(before.ModelVersion, after.ModelVersion);
        Assert.Equal(before.Ids, after.Ids);
        Assert.Equal(1, await reader.HistoryLength());
        Assert.Equal(password, app.AdminPassword);
        await app.Admin();
        Assert.Equal(0, await app.Terminate());

        Assert.DoesNotContain(password, app.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("ServerGC", app.Output, StringComparison.Ordinal);
        var logs = Directory.GetFiles(Path.Combine(app.DataDirectory, "logs"));
        Assert.NotEmpty(logs);
        foreach (var log in logs)
            Assert.DoesNotContain(password, await File.ReadAllTextAsync(log), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_first_start_that_is_killed_is_completed_by_the_next()
    {
        // The books are committed before their readers' interactions: killed between the two.
        await using var app = RunningApp.Starting(RunningApp.Small);
        await app.Until(() => Task.FromResult(Says(app, "Reading in the demo")), "the demo to be read in");
        await using var database = app.OpenDatabase();
        var (books, interactions) = (new BookStore(database, TimeProvider.System), new InteractionStore(database, TimeProvider.System));
        await app.Until(async () => await books.Count() > 0, "the books to be there");
        await app.Kill();
        Assert.Equal(0, await interactions.Count());

        await app.Launch();
        Assert.True(await interactions.Count() > 1000);
        var admin = await app.Admin();
        Assert.NotNull((await admin.Get("/api/admin/model-status"))["active"]);
        Assert.Equal(10, (await (await app.NewReader()).Top()).Items.Count);
    }

    [Fact]
    public async Task A_first_start_can_be_stopped_cleanly()
    {
        await using var app = RunningApp.Starting(RunningApp.Small);
        await app.Until(() => Task.FromResult(Says(app, "Training the first model")), "the first training");
        Assert.Equal(0, await app.Terminate());
        Assert.DoesNotContain("fatal", app.Output, StringComparison.Ordinal);
        await app.Launch();
        Assert.NotNull((await (await app.Admin()).Get("/api/admin/model-status"))["active"]);
    }

    [Fact]
    public async Task A_port_in_use_stops_the_start_with_one_clear_line_and_makes_nothing()
    {
        await using var app = RunningApp.Starting(RunningApp.Small);
        await app.Kill();
        using var taken = new TcpListener(IPAddress.Loopback, app.Port);
        taken.Start();
        var before = app.Output.Length;
        app.Begin();
        Assert.Equal(1, await app.ExitCode());
        var line = Assert.Single(app.Output[before..].Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains($"{app.Port}", line, StringComparison.Ordinal);
        Assert.Contains("--port", line, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(app.DataDirectory, "bookrec.db")));
    }

    [Fact]
    public async Task An_unknown_setting_stops_the_start_with_one_line_that_names_it()
    {
        await using var app = RunningApp.Starting(("BookRec__Training__Epoch", "3"));
        Assert.Equal(1, await app.ExitCode());
        var line = Assert.Single(app.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith("BookRec:Training:Epoch is not a setting", line, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(app.DataDirectory, "bookrec.db")));
    }

    private static bool Says(RunningApp app, string line) => app.Output.Contains(line, StringComparison.Ordinal);
}
