using BookRec.Client;
using BookRec.Client.Accounts;
using BookRec.Client.Books;
using BookRec.Client.Interactions;

namespace BookRec.Cli.Load;

/// <summary>What readers do, in the proportions in which they do it, chosen by number so that a run can be repeated.</summary>
sealed class ReaderTraffic : IDisposable
{
    const string Password = "a password of the load test";

    readonly List<BookRecClient> readers = [];
    readonly List<HttpMessageHandler> handlers = [];
    readonly Random dice = new(1);
    IReadOnlyList<Book> books = [];

    /// <summary>Registers readers and finds books for them.</summary>
    /// <param name="connect">Makes what a reader connects by: each has connections of their own, or they would wait for each other's.</param>
    public static async Task<ReaderTraffic> Begin(Uri server, Func<HttpMessageHandler> connect, int readers, Action<int> registered, CancellationToken cancellationToken)
    {
        var traffic = new ReaderTraffic();
        for (var number = 0; number < readers; number++)
        {
            var handler = connect();
            traffic.handlers.Add(handler);
            var account = new Credentials($"load-{Guid.NewGuid():N}@example.org", Password);
            // What is measured is the service, not the client's patience.
            var client = new BookRecClient(new BookRecClientOptions { Address = server, Handler = handler, Credentials = account, Retries = 0, Timeout = TimeSpan.FromSeconds(10), UserAgent = "bookrec load" });
            traffic.readers.Add(client);
            await client.Auth.Register(new Registration(account.Email, account.Password), cancellationToken);
            await client.Auth.LogIn(account, cancellationToken);
            registered(number + 1);
        }

        traffic.books = (await traffic.readers[0].Books.Find(page: new PageRequest(100), cancellation: cancellationToken)).Items;
        return traffic.books.Count > 0 ? traffic : throw new CliException("the server has no books to ask for");
    }

    /// <returns>What was done.</returns>
    public async Task<string> Ask(long number, CancellationToken cancellationToken)
    {
        var (choice, book) = Draw();
        var reader = readers[(int)(number % readers.Count)];
        switch (choice)
        {
            case < 60:
                await reader.Recommendations.Top(cancellation: cancellationToken);
                return "top";
            case < 70:
                await reader.Recommendations.Similar(book.Id, cancellation: cancellationToken);
                return "similar";
            case < 80:
                await reader.Books.Find(new BookQuery(Text: book.Title.Split(' ')[0]), cancellation: cancellationToken);
                return "search";
            case < 85:
                await reader.Books.Get(book.Id, cancellationToken);
                return "book";
            case < 87:
                await reader.Interactions.History(cancellation: cancellationToken);
                return "history";
            default:
                await reader.Interactions.Record(new NewInteraction(book.Id, choice < 95 ? InteractionType.View : InteractionType.Like), cancellation: cancellationToken);
                return "interaction";
        }
    }

    /// <summary>Takes the accounts away again, as far as the server still answers.</summary>
    public async Task End()
    {
        foreach (var reader in readers)
        {
            try
            {
                await reader.Account.Erase();
            }
            catch (Exception e) when (e is BookRecException or HttpRequestException or TimeoutException)
            {
                // An account more or less on a server that was loaded; the figures are there.
            }
        }
    }

    public void Dispose()
    {
        readers.ForEach(reader => reader.Dispose());
        handlers.ForEach(handler => handler.Dispose());
    }

    (int Choice, Book Book) Draw()
    {
        lock (dice)
            return (dice.Next(100), books[dice.Next(books.Count)]);
    }
}
