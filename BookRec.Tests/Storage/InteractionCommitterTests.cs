using BookRec.Grains.Interfaces;
using BookRec.Grains.Interfaces.Readers;
using BookRec.Storage.Databases;
using BookRec.Storage.Interactions;
using BookRec.Tests.Support;
using FsCheck;
using FsCheck.Fluent;

namespace BookRec.Tests.Storage;

public sealed class InteractionCommitterOnSqlite(TestPostgres postgres) : InteractionCommitterTests(DatabaseEngine.Sqlite, postgres);

public sealed class InteractionCommitterOnPostgres(TestPostgres postgres) : InteractionCommitterTests(DatabaseEngine.PostgreSql, postgres);

/// <summary>Committed together means answered as one by one.</summary>
public abstract class InteractionCommitterTests(DatabaseEngine engine, TestPostgres postgres) : StoreTests(engine, postgres)
{
    private const int ReaderCount = 3;
    private const int BookCount = 4;

    /// <summary>A type that the database is told to refuse.</summary>
    private const InteractionType Poison = (InteractionType)99;

    /// <summary>One step of an interleaving.</summary>
    /// <param name="Reader">From 0; <see cref="ReaderCount"/> is one without an account.</param>
    /// <param name="Picks">Book numbers from 0; <see cref="BookCount"/> is one that does not exist.</param>
    /// <param name="Key">0 for none.</param>
    /// <param name="Wait">Whether all earlier requests are answered before the next is sent.</param>
    public sealed record Step(int Reader, int[] Picks, int Key, int Hash, bool Poisoned, bool Wait);

    [Fact]
    public async Task Any_interleaving_has_the_rows_and_answers_of_one_by_one()
    {
        await RefusePoison();
        var books = new List<long>();
        for (var i = 0; i < BookCount; i++)
            books.Add((await AddBook($"Book {i}")).Id);
        await Books.Delete(books[^1], null, Stop);
        books.Add(987_654_321);

        var step = from reader in Gen.Choose(0, ReaderCount)
                   from picks in Gen.ArrayOf(Gen.Choose(0, BookCount), 3)
                   from count in Gen.Choose(1, 3)
                   from key in Gen.Choose(0, 3)
                   from hash in Gen.Frequency((4, Gen.Constant(0)), (1, Gen.Constant(1)))
                   from poisoned in Gen.Frequency((12, Gen.Constant(false)), (1, Gen.Constant(true)))
                   from wait in Gen.Frequency((5, Gen.Constant(false)), (1, Gen.Constant(true)))
                   select new Step(reader, picks[..count], key, hash, poisoned, wait);
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(25),
            Prop.ForAll(Gen.NonEmptyListOf(step).ToArbitrary(), async steps => await GivesWhatOneByOneGives([.. steps], books)));
    }

    [Fact]
    public async Task A_poisoned_request_fails_alone()
    {
        await RefusePoison();
        var (reader, book) = ((await AddReader()).Id, (await AddBook("One")).Id);
        await using var committer = new InteractionCommitter(Interactions);
        var all = Enumerable.Range(0, 50).Select(i => committer.Record(Request(reader, book, i % 10 == 7 ? Poison : InteractionType.Like, $"key {i}"), Stop)).ToList();
        for (var i = 0; i < all.Count; i++)
        {
            if (i % 10 == 7)
                await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => all[i]);
            else
                Assert.Equal(RecordOutcome.Stored, (await all[i]).Outcome);
        }

        Assert.Equal(45, await Interactions.Count(Stop));
        var ids = (await Interactions.All(reader, Stop)).Select(i => i.Id).ToList();
        Assert.Equal(ids.Order(), ids);
    }

    [Fact]
    public async Task Many_writers_at_once_are_each_stored_once_and_in_their_own_order()
    {
        const int writers = 32, each = 20;
        var book = (await AddBook("One")).Id;
        await using var committer = new InteractionCommitter(Interactions);
        await Task.WhenAll(Enumerable.Range(0, writers).Select(async w =>
        {
            var reader = (await AddReader($"writer-{w}@example.org")).Id;
            var answered = new List<Interaction>();
            for (var i = 0; i < each; i++)
            {
                // Every request twice at the same moment, as an impatient client sends it.
                var twice = await Task.WhenAll(
                    committer.Record(Request(reader, book, InteractionType.View, $"key {i}"), Stop), committer.Record(Request(reader, book, InteractionType.View, $"key {i}"), Stop));
                Assert.Equal(twice[0].Items, twice[1].Items);
                Assert.Equal([RecordOutcome.Stored, RecordOutcome.Replayed], twice.Select(r => r.Outcome).Order());
                answered.Add(twice[0].Items[0]!);
            }

            Assert.Equal(answered, await Interactions.All(reader, Stop));
        }));
        Assert.Equal(writers * each, await Interactions.Count(Stop));
    }

    [Fact]
    public async Task Stopping_commits_what_waits_and_refuses_what_comes_after()
    {
        var (reader, book) = ((await AddReader()).Id, (await AddBook("One")).Id);
        var committer = new InteractionCommitter(Interactions);
        var waiting = Enumerable.Range(0, 300).Select(_ => committer.Record(Request(reader, book), Stop)).ToList();

        await committer.DisposeAsync();

        Assert.All(await Task.WhenAll(waiting), r => Assert.Equal(RecordOutcome.Stored, r.Outcome));
        Assert.Equal(300, await Interactions.Count(Stop));
        var late = await Assert.ThrowsAsync<RejectedException>(() => committer.Record(Request(reader, book), Stop));
        Assert.Equal(RejectionKind.Unavailable, late.Kind);
    }

    [Fact]
    public async Task A_request_that_waits_can_be_taken_back_and_is_stored_or_cancelled_never_both()
    {
        var (reader, book) = ((await AddReader()).Id, (await AddBook("One")).Id);
        await using var committer = new InteractionCommitter(Interactions);
        using var impatience = new CancellationTokenSource();
        var requests = Enumerable.Range(0, 600).Select(_ => committer.Record(Request(reader, book), impatience.Token)).ToList();
        await impatience.CancelAsync();

        var stored = 0;
        foreach (var request in requests)
        {
            try
            {
                await request;
                stored++;
            }
            catch (OperationCanceledException)
            {
                // Taken back.
            }
        }

        Assert.Equal(RecordOutcome.Stored, (await committer.Record(Request(reader, book), Stop)).Outcome);
        Assert.Equal(stored + 1, await Interactions.Count(Stop));
    }

    [Fact]
    public async Task A_database_that_is_away_fails_those_who_ask_and_nobody_after()
    {
        await using var gone = new Database(Database.Engine, Database.Engine is DatabaseEngine.Sqlite
            ? "Data Source=/nowhere/at/all.db" : "Host=127.0.0.1;Port=1;Username=nobody;Timeout=1");
        await using var committer = new InteractionCommitter(new InteractionStore(gone, Time));
        for (var round = 0; round < 2; round++)
        {
            var asked = Enumerable.Range(0, 5).Select(_ => committer.Record(Request(Guid.CreateVersion7(), 1), Stop)).ToList();
            foreach (var request in asked)
                await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => request);
        }
    }

    private async Task<bool> GivesWhatOneByOneGives(IReadOnlyList<Step> steps, IReadOnlyList<long> books)
    {
        var (together, alone) = (await NewReaders(), await NewReaders());
        var answers = new List<string>();
        await using (var committer = new InteractionCommitter(Interactions))
        {
            var sent = new List<Task<RecordResult>>();
            foreach (var step in steps)
            {
                sent.Add(committer.Record(Request(step, together, books), Stop));
                if (step.Wait)
                    await Task.WhenAny(Task.WhenAll(sent));
            }

            foreach (var answer in sent)
                answers.Add(await Told(answer));
        }

        var expected = new List<string>();
        foreach (var step in steps)
            expected.Add(await Told(Interactions.Record(Request(step, alone, books), Stop)));

        Assert.Equal(Numbered(expected), Numbered(answers));
        Assert.Equal(Numbered(await Stored(alone)), Numbered(await Stored(together)));
        return true;
    }

    private async Task<Guid[]> NewReaders()
    {
        var readers = new Guid[ReaderCount + 1];
        for (var i = 0; i < ReaderCount; i++)
            readers[i] = (await AddReader($"{Guid.NewGuid():N}@example.org")).Id;
        readers[ReaderCount] = Guid.CreateVersion7();
        return readers;
    }

    private async Task<IReadOnlyList<string>> Stored(Guid[] readers)
    {
        var rows = new List<string>();
        foreach (var reader in readers)
            rows.Add(string.Join("; ", (await Interactions.All(reader, Stop)).Select(Shown)));
        return rows;
    }

    private static async Task<string> Told(Task<RecordResult> answer)
    {
        try
        {
            var result = await answer;
            return $"{result.Outcome}: {string.Join("; ", result.Items.Select(Shown))}";
        }
        catch (System.Data.Common.DbException)
        {
            return "failed";
        }
    }

    private static string Shown(Interaction? stored) => stored is null ? "none" : $"#{stored.Id}# {stored.BookId} {stored.Type} {stored.Rating} {stored.OccurredAt:O}";

    /// <summary>Ids in the order of their size: refused transactions leave gaps.</summary>
    private static List<string> Numbered(IReadOnlyList<string> texts)
    {
        var ids = texts.SelectMany(t => t.Split('#').Where((_, i) => i % 2 == 1)).Select(long.Parse).Distinct().Order().ToList();
        return [.. texts.Select(t => string.Join('#', t.Split('#').Select((part, i) => i % 2 == 1 ? $"{ids.IndexOf(long.Parse(part))}" : part)))];
    }

    private RecordRequest Request(Step step, Guid[] readers, IReadOnlyList<long> books) => new(
        readers[step.Reader],
        [.. step.Picks.Select((pick, i) => new InteractionRow(
            books[pick], step.Poisoned ? Poison : i == 0 ? InteractionType.Rating : InteractionType.View, i == 0 ? 4.5 : null, Time.GetUtcNow().AddSeconds(i)))],
        step.Key == 0 ? null : $"key {step.Key}",
        step.Key == 0 ? null : $"hash {step.Hash} {step.Poisoned} {string.Join(' ', step.Picks)}");

    private RecordRequest Request(Guid reader, long book, InteractionType type = InteractionType.View, string? key = null)
        => new(reader, [new InteractionRow(book, type, null, Time.GetUtcNow())], key, key is null ? null : "hash");

    private async Task RefusePoison()
    {
        await using var connection = await Database.Open(Stop);
        await using var command = connection.CreateCommand();
        command.CommandText = Database.Engine is DatabaseEngine.Sqlite
            ? "CREATE TRIGGER poison BEFORE INSERT ON interactions WHEN NEW.type = 99 BEGIN SELECT RAISE(ABORT, 'poison'); END"
            : "ALTER TABLE interactions ADD CONSTRAINT poison CHECK (type <> 99)";
        await command.ExecuteNonQueryAsync(Stop);
    }
}
