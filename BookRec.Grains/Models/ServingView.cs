using System.Collections;
using System.Runtime.InteropServices;
using BookRec.Engine.Artifacts;
using BookRec.Engine.Content;
using BookRec.Grains.Interfaces.Catalogue;
using BookRec.Storage.Catalogue;

namespace BookRec.Grains.Models;

/// <summary>
/// What one answer is made from: one model snapshot and the catalogue as it stood with it. Immutable: whoever took a view keeps one
/// model version to the end of the answer.
/// </summary>
public sealed class ServingView
{
    public static readonly ServingView Empty = new(ModelSnapshot.Empty, []);

    private readonly Book?[] _books;
    private readonly Lazy<Dictionary<string, List<int>>> _genres;

    private ServingView(ModelSnapshot model, Book?[] books)
    {
        Model = model;
        _books = books;
        _genres = new(() => ByGenre(books));
    }

    public ModelSnapshot Model { get; }

    /// <summary>How many book indices there are, deleted books included.</summary>
    public int Count => _books.Length;

    /// <summary>The book at an index of <see cref="Model"/>, or null when it was deleted.</summary>
    public Book? this[int index] => _books[index];

    public Book? Find(long bookId) => Model.Books.IndexOf(bookId) is var index and >= 0 ? _books[index] : null;

    /// <summary>A model with the catalogue as it is now; books it was not trained on join it.</summary>
    public static ServingView Of(ModelSnapshot model, IReadOnlyCollection<Book> catalogue)
    {
        var extended = model.WithBooks([.. catalogue.Where(b => model.Books.IndexOf(b.Id) < 0).OrderBy(b => b.Id).Select(NewBookOf)]);
        var books = new Book?[extended.Books.Count];
        foreach (var book in catalogue)
            books[extended.Books.IndexOf(book.Id)] = book;
        return new ServingView(extended, books);
    }

    /// <summary>The same model after some books were added, changed or (null) deleted.</summary>
    public ServingView With(IReadOnlyDictionary<long, Book?> changes)
    {
        // Only what is written about a book moves it in content space; a changed rating does not.
        var rewritten = changes.Values.OfType<Book>().Where(b => Find(b.Id) is not { } known || !SameText(known, b)).OrderBy(b => b.Id);
        var extended = Model.WithBooks([.. rewritten.Select(NewBookOf)]);
        var books = new Book?[extended.Books.Count];
        _books.CopyTo(books, 0);
        foreach (var (id, book) in changes)
            if (extended.Books.IndexOf(id) is var index and >= 0)
                books[index] = book;
        return new ServingView(extended, books);
    }

    /// <summary>By book index: whether the book has the genre. The caller's own: whoever asks for genres nobody has fills no memory.</summary>
    public BitArray WithGenre(string genre)
    {
        var having = new BitArray(Count);
        foreach (var book in _genres.Value.GetValueOrDefault(BookGenre.Key(genre), []))
            having[book] = true;
        return having;
    }

    public static BookText TextOf(Book book) => new(book.Title, book.Authors, book.Genres, book.Year, book.Description);

    private static Dictionary<string, List<int>> ByGenre(Book?[] books)
    {
        var byGenre = new Dictionary<string, List<int>>(StringComparer.Ordinal);
        for (var index = 0; index < books.Length; index++)
            foreach (var genre in books[index]?.Genres ?? [])
                (CollectionsMarshal.GetValueRefOrAddDefault(byGenre, genre, out _) ??= []).Add(index);
        return byGenre.GroupBy(having => BookGenre.Key(having.Key)).ToDictionary(same => same.Key, same => same.SelectMany(having => having.Value).ToList(), StringComparer.Ordinal);
    }

    /// <summary>Readers counted elsewhere are a weak prior beside readers counted here, hence the root.</summary>
    private static NewBook NewBookOf(Book book) => new(book.Id, TextOf(book), MathF.Sqrt(book.RatingsCount));

    private static bool SameText(Book a, Book b)
        => a.Title == b.Title && a.Year == b.Year && a.Description == b.Description && a.Authors.SequenceEqual(b.Authors) && a.Genres.SequenceEqual(b.Genres);
}
