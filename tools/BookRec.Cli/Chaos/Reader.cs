using System.Globalization;
using System.Net;

namespace BookRec.Cli.Chaos;

/// <summary>
/// A simulated reader: registers, logs in, does things with books and asks for recommendations. Whatever is not acknowledged is sent again
/// under the same key until it is.
/// </summary>
sealed class Reader(ReaderClient client, Journal journal, IReadOnlyList<long> books, int number, int seed, TimeProvider time)
{
    const string Password = "nine quiet storms of paper";

    /// <summary>One in so many acknowledged interactions is sent once more: the answer must be the same.</summary>
    const int RepeatOneIn = 8;

    static readonly TimeSpan RetryAfter = TimeSpan.FromMilliseconds(300);
    static readonly IReadOnlyList<string> Types = ["view", "want_to_read", "started", "finished", "like"];

    readonly string email = string.Create(CultureInfo.InvariantCulture, $"chaos-{number}@example.org");
    readonly Random random = new(unchecked((seed * 1_000_003) + number));
    readonly HashSet<(long, string)> done = [];
    readonly HashSet<long> acknowledgedBooks = [];

    /// <summary>Null until registered.</summary>
    public Guid? Id { get; private set; }

    public string? Token { get; private set; }

    /// <summary>Everything it has ever sent.</summary>
    public List<Intent> Intents { get; } = [];

    public List<string> Violations { get; } = [];

    /// <summary>How often something was sent again because it was not acknowledged.</summary>
    public int Retries { get; private set; }

    /// <summary>Lists with a book in them that an acknowledged interaction had taken out.</summary>
    public int StaleLists { get; private set; }

    /// <summary>Registers and logs in; takes as many tries as it takes.</summary>
    public async Task Join(CancellationToken cancellationToken)
    {
        while (Id is null)
        {
            var reply = await client.Send("register", HttpMethod.Post, "api/auth/register", new { email, password = Password }, null, null, cancellationToken);
            if (reply.Status == HttpStatusCode.Created)
                Id = Guid.Parse((string)reply.Body!["user_id"]!);
            else if (reply.Status == HttpStatusCode.Conflict)
                break;
            else
                await PauseBeforeRetry(reply, cancellationToken);
        }

        while (Token is null)
        {
            var reply = await client.Send("log in", HttpMethod.Post, "api/auth/login", new { email, password = Password }, null, null, cancellationToken);
            if (reply.Succeeded)
                Token = (string)reply.Body!["access_token"]!;
            else
                await PauseBeforeRetry(reply, cancellationToken);
        }

        // The registration whose answer was lost told the id to nobody; the token has it.
        Id ??= AccessToken.Subject(Token);
    }

    /// <summary>Does one new thing with one book, and keeps at it until it is acknowledged.</summary>
    public async Task Record(CancellationToken cancellationToken)
    {
        var intent = Next();
        Intents.Add(intent);
        while (true)
        {
            var reply = await Send(intent, cancellationToken);
            if (reply.Succeeded)
            {
                var acknowledged = new Acknowledgement(intent, (long)reply.Body!["id"]!);
                journal.Add(acknowledged);
                acknowledgedBooks.Add(intent.BookId);
                if (random.Next(RepeatOneIn) == 0)
                    await Repeat(acknowledged, cancellationToken);
                return;
            }

            Retries++;
            if (!await Understand(intent, reply, cancellationToken))
                return;
        }
    }

    /// <summary>Asks for a list, once: clients do not insist on recommendations.</summary>
    public async Task AskForRecommendations(CancellationToken cancellationToken)
    {
        var reply = await client.Send("recommend", HttpMethod.Get, "api/recommendations/top?n=10", null, Token, null, cancellationToken);
        if (reply.Succeeded && reply.Body!["items"]!.AsArray().Any(item => acknowledgedBooks.Contains((long)item!["book"]!["id"]!)))
            StaleLists++;
    }

    Task<Reply> Send(Intent intent, CancellationToken cancellationToken)
        => client.Send("record", HttpMethod.Post, "api/interactions", new { book_id = intent.BookId, type = intent.Type }, Token, intent.Key, cancellationToken);

    async Task Repeat(Acknowledgement acknowledged, CancellationToken cancellationToken)
    {
        var reply = await Send(acknowledged.Intent, cancellationToken);
        if (reply.Succeeded && (long)reply.Body!["id"]! != acknowledged.Id)
            Violations.Add($"a repeat of key {acknowledged.Intent.Key} was answered with {reply.Body["id"]} after {acknowledged.Id}");
    }

    /// <returns>False when the server refused for good, which it must not.</returns>
    async Task<bool> Understand(Intent intent, Reply reply, CancellationToken cancellationToken)
    {
        if (reply.Status == HttpStatusCode.Unauthorized)
        {
            Token = null;
            await Join(cancellationToken);
        }
        else if (!reply.IsOpen)
        {
            Violations.Add($"key {intent.Key} was refused: {reply.Failure}");
            return false;
        }

        await Task.Delay(RetryAfter, time, cancellationToken);
        return true;
    }

    async Task PauseBeforeRetry(Reply reply, CancellationToken cancellationToken)
    {
        if (!reply.IsOpen)
            throw new CliException($"{email} cannot join: {reply.Failure}");
        Retries++;
        await Task.Delay(RetryAfter, time, cancellationToken);
    }

    Intent Next()
    {
        while (true)
        {
            var (book, type) = (books[random.Next(books.Count)], Types[random.Next(Types.Count)]);
            if (done.Add((book, type)))
                return new Intent(Id!.Value, book, type, string.Create(CultureInfo.InvariantCulture, $"chaos-{number}-{done.Count}"));
        }
    }
}
