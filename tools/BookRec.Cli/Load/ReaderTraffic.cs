using BookRec.Client;

namespace BookRec.Cli.Load;

/// <summary>What readers do, chosen by seed so that a run can be repeated.</summary>
sealed class ReaderTraffic : IDisposable
{
    readonly List<LoadReader> readers = [];
    readonly List<Task> stayingLoggedIn = [];
    readonly CancellationTokenSource ended = new();
    readonly Random dice = new(1);
    Questions? questions;

    /// <summary>Registers readers and finds books for them.</summary>
    /// <param name="connect">Makes what a reader connects by: each has connections of their own, or they would wait for each other's.</param>
    public static async Task<ReaderTraffic> Begin(
        Uri server, Func<HttpMessageHandler> connect, int readers, TimeProvider time, Action<int> registered, CancellationToken cancellationToken)
    {
        var traffic = new ReaderTraffic();
        for (var number = 0; number < readers; number++)
        {
            var reader = new LoadReader(server, connect(), time);
            traffic.readers.Add(reader);
            await reader.Register(cancellationToken);
            traffic.stayingLoggedIn.Add(reader.StayLoggedIn(traffic.ended.Token));
            registered(number + 1);
        }

        var books = (await traffic.readers[0].Client.Books.Find(page: new PageRequest(100), cancellation: cancellationToken)).Items;
        traffic.questions = books.Count > 0 ? new Questions(server, books) : throw new CliException("the server has no books to ask for");
        return traffic;
    }

    public Task<Outcome> Ask(long number, CancellationToken cancellationToken)
    {
        Question question;
        lock (dice)
            question = questions!.Draw(dice);
        return readers[(int)(number % readers.Count)].Ask(question, cancellationToken);
    }

    /// <summary>Takes the accounts away again, as far as the server still answers.</summary>
    public async Task End()
    {
        await ended.CancelAsync();
        await Task.WhenAll(stayingLoggedIn);
        foreach (var reader in readers)
        {
            try
            {
                await reader.Client.Account.Erase();
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
        ended.Dispose();
    }
}
