using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Serialization;
using BookRec.Grains.Interfaces.Catalogue;
using BookRec.WebApi.Books;

namespace BookRec.WebApi.Recommendations;

/// <summary>Books as they go out in lists. The same few books are in most lists, so each is written once, until something about it changes.</summary>
/// <param name="options">How a <see cref="BookResponse"/> is written.</param>
internal sealed class WrittenBooks(JsonSerializerOptions options) : JsonConverter<Book>
{
    private const long MostBytes = 16 * 1024 * 1024;

    private readonly ConcurrentDictionary<BookState, byte[]> _written = new();
    private long _bytes;

    public override Book Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        => throw new NotSupportedException("Lists are only written.");

    public override void Write(Utf8JsonWriter writer, Book value, JsonSerializerOptions options)
        => writer.WriteRawValue(_written.GetOrAdd(BookState.Of(value), Write, value), skipInputValidation: true);

    private byte[] Write(BookState state, Book book)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(BookResponse.From(book), options);
        if (Interlocked.Add(ref _bytes, json.Length) > MostBytes)
        {
            // All that is lost is writing each book that is in use once more.
            _written.Clear();
            Interlocked.Exchange(ref _bytes, json.Length);
        }

        return json;
    }

    /// <summary>What tells one state of a book from another: ratings move without an edit.</summary>
    private readonly record struct BookState(long Id, int Revision, long RatingsCount, double? AverageRating)
    {
        public static BookState Of(Book book) => new(book.Id, book.Revision, book.RatingsCount, book.AverageRating);
    }
}
