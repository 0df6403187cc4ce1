using System.Text;
using BookRec.Client.Books;

namespace BookRec.Cli.Load;

/// <summary>A request that a reader may make, ready to be sent.</summary>
/// <param name="Kind">What it is counted as.</param>
/// <param name="Body">JSON; none if null.</param>
sealed record Question(string Kind, HttpMethod Method, Uri Address, byte[]? Body = null);

/// <summary>What readers ask, in the proportions in which they do.</summary>
sealed class Questions
{
    readonly Question top;
    readonly Question history;
    readonly BookQuestions[] byBook;

    public Questions(Uri server, IReadOnlyList<Book> books)
    {
        var root = new Uri(server.AbsoluteUri.TrimEnd('/') + "/");
        (top, history) = (Get("top", "api/recommendations/top"), Get("history", "api/interactions/me"));
        byBook = [.. books.Select(book => new BookQuestions(
            Get("similar", $"api/recommendations/similar/{book.Id}"),
            Get("search", $"api/books?q={Uri.EscapeDataString(book.Title.Split(' ')[0])}"),
            Get("book", $"api/books/{book.Id}"),
            Record(book, "view"),
            Record(book, "like")))];

        Question Get(string kind, string path) => new(kind, HttpMethod.Get, new Uri(root, path));

        Question Record(Book book, string type)
            => new("interaction", HttpMethod.Post, new Uri(root, "api/interactions"), Encoding.UTF8.GetBytes($$"""{"book_id":{{book.Id}},"type":"{{type}}"}"""));
    }

    public Question Draw(Random dice)
    {
        var choice = dice.Next(100);
        var book = byBook[dice.Next(byBook.Length)];
        return choice switch
        {
            < 60 => top,
            < 70 => book.Similar,
            < 80 => book.Search,
            < 85 => book.Book,
            < 87 => history,
            < 95 => book.View,
            _ => book.Like,
        };
    }

    sealed record BookQuestions(Question Similar, Question Search, Question Book, Question View, Question Like);
}
