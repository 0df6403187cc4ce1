using BookRec.Storage.Databases;
using BookRec.Storage.Text;

namespace BookRec.Storage.Catalogue;

/// <summary>What a book is found by: its words, the letter triples of those words, and its genres.</summary>
internal static class BookIndex
{
    public const short TitleWord = 1;

    public const short AuthorWord = 2;

    /// <summary>A title's key of order is cut here; longer titles differ before.</summary>
    private const int MaxTitleKey = 200;

    private static readonly BulkTable<Term> s_terms = new(
        "book_terms",
        [new("term", "text"), new("kind", "smallint"), new("book_id", "bigint")],
        (row, term) =>
        {
            row.Add(term.Word);
            row.Add(term.Kind);
            row.Add((long?)term.BookId);
        });

    private static readonly BulkTable<(string Trigram, string Term)> s_trigrams = new(
        "term_trigrams",
        [new("trigram", "text"), new("term", "text")],
        (row, piece) =>
        {
            row.Add(piece.Trigram);
            row.Add(piece.Term);
        });

    private static readonly BulkTable<(string Genre, long BookId)> s_genres = new(
        "book_genres",
        [new("genre", "text"), new("book_id", "bigint")],
        (row, genre) =>
        {
            row.Add(genre.Genre);
            row.Add((long?)genre.BookId);
        });

    private readonly record struct Term(string Word, short Kind, long BookId);

    /// <summary>The form titles are ordered by: folded words with single spaces.</summary>
    public static string TitleKey(string title)
    {
        var key = string.Join(' ', Folding.Words(title));
        return key.Length == 0 ? Folding.Fold(title.Trim()) : key.Length <= MaxTitleKey ? key : string.Concat(key.EnumerateRunes().Take(MaxTitleKey));
    }

    /// <summary>Makes books findable. What was known of them before must have been removed.</summary>
    public static async Task Add(Session session, IReadOnlyCollection<(long Id, IndexedBook Book)> books)
    {
        // Sorted as the primary keys are: inserts then walk the indexes in order, and two transactions take row locks in the same order.
        var terms = books.SelectMany(b => Terms(b.Id, b.Book)).Distinct()
            .OrderBy(t => t.Word, StringComparer.Ordinal).ThenBy(t => t.Kind).ThenBy(t => t.BookId).ToList();
        await session.Dialect.Insert(session, s_terms, terms);
        var trigrams = terms.Select(t => t.Word).Distinct(StringComparer.Ordinal).SelectMany(word => Trigrams.Of(word).Select(piece => (piece, word)))
            .OrderBy(p => p.piece, StringComparer.Ordinal).ThenBy(p => p.word, StringComparer.Ordinal).ToList();
        await session.Dialect.Insert(session, s_trigrams, trigrams);
        var genres = books.SelectMany(b => b.Book.Genres.Select(g => (Genre: BookGenre.Key(g), b.Id))).Distinct()
            .OrderBy(g => g.Genre, StringComparer.Ordinal).ThenBy(g => g.Id).ToList();
        await session.Dialect.Insert(session, s_genres, genres);
    }

    /// <summary>Makes a book unfindable. Letter triples stay: they only lead to words, and words lead to no book any more.</summary>
    public static async Task Remove(Session session, long bookId)
    {
        await session.Execute("DELETE FROM book_terms WHERE book_id = @bookId", new { bookId });
        await session.Execute("DELETE FROM book_genres WHERE book_id = @bookId", new { bookId });
    }

    private static IEnumerable<Term> Terms(long bookId, IndexedBook book)
        => Folding.Words(book.Title).Select(w => new Term(w, TitleWord, bookId))
            .Concat(book.Authors.SelectMany(Folding.Words).Select(w => new Term(w, AuthorWord, bookId)));
}

/// <summary>The parts of a book that it is found by.</summary>
internal readonly record struct IndexedBook(string Title, IReadOnlyList<string> Authors, IReadOnlyList<string> Genres);
