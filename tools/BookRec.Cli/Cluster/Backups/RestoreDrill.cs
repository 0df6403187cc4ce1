using BookRec.Cli.Cluster.Processes;
using BookRec.Cli.Output;
using BookRec.Cli.Server;
using BookRec.Client;
using BookRec.Client.Accounts;
using BookRec.Client.Interactions;

namespace BookRec.Cli.Cluster.Backups;

/// <summary>Proves that a backup is one: what a cluster knew before it was destroyed, it knows after it was restored.</summary>
static class RestoreDrill
{
    const int Likes = 5;

    static readonly Credentials Reader = new("drill@example.org", "a password of the drill");

    /// <returns>0 when nothing was lost.</returns>
    public static async Task<int> Run(CliEnvironment environment, CancellationToken cancellationToken)
    {
        var root = Path.Combine(Path.GetTempPath(), $"bookrec-drill-{Guid.NewGuid():N}");
        var size = new ClusterSize(Silos: 1, Apis: 1, LoopbackPorts.Choose(new HashSet<int>()));
        var backup = new Backup(Path.Combine(root, "backup"));
        try
        {
            var (before, saved) = await InCluster(environment, Path.Combine(root, "first"), size, async (cluster, client) =>
            {
                await Live(client, cancellationToken);
                return (await Evidence.Of(cluster, client, cancellationToken), await backup.Make(cluster, cancellationToken));
            }, cancellationToken);
            environment.Out.Say($"Saved: {saved}");
            Directory.Delete(Path.Combine(root, "first"), recursive: true);
            environment.Out.Say("The first cluster is destroyed; restoring.");

            var restored = Path.Combine(root, "restored");
            await backup.Restore(environment, restored, cancellationToken);
            var after = await InCluster(environment, restored, size, (cluster, client) => Evidence.Of(cluster, client, cancellationToken), cancellationToken);
            return Report(environment, before, after);
        }
        finally
        {
            if (Directory.Exists(root))
                Directory.Delete(root, recursive: true);
        }
    }

    static async Task<T> InCluster<T>(
        CliEnvironment environment, string data, ClusterSize size, Func<LocalCluster, BookRecClient, Task<T>> work, CancellationToken cancellationToken)
    {
        var cluster = LocalCluster.Open(environment, data, size);
        try
        {
            await cluster.Up(size, cancellationToken);
            using var handler = Trust.Handler(cluster.State.Url, cluster.CertificateFile);
            using var client = new BookRecClient(new BookRecClientOptions { Address = cluster.State.Url, Handler = handler, Credentials = Reader });
            return await work(cluster, client);
        }
        finally
        {
            await cluster.Down(CancellationToken.None);
        }
    }

    static async Task Live(BookRecClient client, CancellationToken cancellationToken)
    {
        await client.Auth.Register(new Registration(Reader.Email, Reader.Password), cancellationToken);
        var books = await client.Books.Find(page: new PageRequest(Likes), cancellation: cancellationToken);
        foreach (var book in books.Items)
            await client.Interactions.Record(new NewInteraction(book.Id, InteractionType.Like), cancellation: cancellationToken);
    }

    static int Report(CliEnvironment environment, Evidence before, Evidence after)
    {
        environment.Out.Write(environment.Out.NewTable("What", "Before", "After")
            .Row("accounts", ConsoleText.Count(before.Inventory.Accounts), ConsoleText.Count(after.Inventory.Accounts))
            .Row("books", ConsoleText.Count(before.Inventory.Books), ConsoleText.Count(after.Inventory.Books))
            .Row("interactions", ConsoleText.Count(before.Inventory.Interactions), ConsoleText.Count(after.Inventory.Interactions))
            .Row("audit log", ConsoleText.Count(before.Inventory.AuditEntries), ConsoleText.Count(after.Inventory.AuditEntries))
            .Row("active model", before.Model, after.Model)
            .Row("a reader's history", before.History, after.History)
            .Row("the reader's list", before.List, after.List));
        if (before == after)
        {
            environment.Out.Say("Nothing was lost.");
            return CommandLine.Succeeded;
        }

        environment.Error.Say("bookrec: the restored cluster is not the one that was saved");
        return CommandLine.Failed;
    }

    /// <param name="History">Ids of a reader's interactions.</param>
    /// <param name="List">Ids of the books recommended to that reader.</param>
    sealed record Evidence(Inventory Inventory, string Model, string History, string List)
    {
        public static async Task<Evidence> Of(LocalCluster cluster, BookRecClient client, CancellationToken cancellationToken)
        {
            var list = await client.Recommendations.Top(cancellation: cancellationToken);
            var history = await client.Interactions.History(cancellation: cancellationToken);
            return new Evidence(
                await Inventory.Of(cluster.Postgres, cancellationToken), list.ModelVersion,
                string.Join(' ', history.Items.Select(interaction => interaction.Id)), string.Join(' ', list.Items.Select(item => item.Book.Id)));
        }
    }
}
