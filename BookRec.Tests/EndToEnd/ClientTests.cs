using BookRec.Client;
using BookRec.Client.Accounts;
using BookRec.Client.Books;
using BookRec.Client.Interactions;
using BookRec.Client.Recommendations;

namespace BookRec.Tests.EndToEnd;

/// <summary>The .NET client and the running product.</summary>
[Collection(nameof(DemoApp))]
public sealed class ClientTests(DemoApp demo)
{
    [Fact]
    public async Task A_reader_registers_likes_a_book_and_is_told_what_to_read_next()
    {
        var reader = new Credentials($"reader-{Guid.NewGuid():N}@example.org", "a long enough password");
        using var client = Client(reader);
        await client.Auth.Register(new Registration(reader.Email, reader.Password));

        var book = (await client.Books.Find(new BookQuery(Text: "wizard earthsea"))).Items[0];
        var liked = await client.Interactions.Record(new NewInteraction(book.Id, InteractionType.Like));
        var list = await client.Recommendations.Top(new RecommendationQuery(Count: 5));

        Assert.Equal(5, list.Items.Count);
        Assert.DoesNotContain(list.Items, item => item.Book.Id == book.Id);
        Assert.Contains(list.Items.SelectMany(item => item.Reasons), reason => reason.BookId == book.Id);
        Assert.Equal([liked], (await client.Interactions.History()).Items);

        await client.Interactions.Undo(liked.Id);
        Assert.Empty((await client.Interactions.History()).Items);
        await client.Account.Erase();
    }

    [Fact]
    public async Task A_change_to_a_book_that_somebody_else_has_changed_is_refused()
    {
        using var client = Client(new Credentials("admin@bookrec.local", demo.App.AdminPassword));
        var made = await client.Books.Create(new BookDraft("A Book of the Client's"));
        await client.Books.Replace(made.Id, new BookDraft("A Book of the Client's, Revised"), made.ETag);

        var refusal = await Assert.ThrowsAsync<BookRecException>(() => client.Books.Delete(made.Id, made.ETag));

        Assert.Equal(System.Net.HttpStatusCode.PreconditionFailed, refusal.Status);
        await client.Books.Delete(made.Id);
    }

    BookRecClient Client(Credentials account) => new(new BookRecClientOptions { Address = demo.App.Http.BaseAddress!, Credentials = account });
}
