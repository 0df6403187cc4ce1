using BookRec.Grains.Interfaces.Accounts;
using BookRec.Grains.Interfaces.Catalogue;
using BookRec.Storage.Accounts;
using BookRec.Storage.Catalogue;
using BookRec.Storage.Databases;
using BookRec.Storage.Interactions;
using BookRec.Tests.Support;
using Dapper;
using Microsoft.Extensions.Time.Testing;

namespace BookRec.Tests.Storage;

/// <summary>What tests of stores share: a fresh database of one engine for each test, and a clock that moves when told.</summary>
public abstract class StoreTests(DatabaseEngine engine, TestPostgres postgres) : IAsyncLifetime
{
    private TestDatabase? _created;

    protected static CancellationToken Stop => TestContext.Current.CancellationToken;

    protected Database Database => _created!.Database;

    protected FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 4, 5, 10, 15, 0, TimeSpan.Zero));

    protected BookStore Books => new(Database, Time);

    protected AccountStore Accounts => new(Database, Time);

    protected InteractionStore Interactions => new(Database, Time);

    public async ValueTask InitializeAsync() => _created = await TestDatabase.Create(engine, postgres);

    public async ValueTask DisposeAsync()
    {
        if (_created is not null) await _created.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected Task<Book> AddBook(string title, string author = "Nobody", int? year = null, string? language = null, string[]? genres = null)
        => Books.Create(new BookDraft(title, [author], year, language, genres), Stop);

    /// <summary>By book: the number of its last change.</summary>
    protected async Task<Dictionary<long, long>> ChangeNumbers()
    {
        await using var connection = await Database.Open(Stop);
        return (await connection.QueryAsync<(long Id, long Number)>("SELECT id, change_number FROM books")).ToDictionary(b => b.Id, b => b.Number);
    }

    protected Task<Account> AddReader(string email = "reader@example.org") => Accounts.Create(email, "hash", null, Role.User, Stop);
}
