using System.Numerics.Tensors;
using BookRec.Engine.Factorization;

namespace BookRec.Engine.Neighbours;

/// <summary>
/// For each book the books it speaks for most, with how much: sparse rows, indices ascending. Immutable, thread-safe.
/// </summary>
/// <remarks>
/// The score of a book is linear in the reader's signals, Σⱼ weightⱼ · s(j, i): it takes a reader's first signal at once, a dislike
/// subtracts, and what each signal adds is read off.
/// </remarks>
public sealed class BookNeighbours
{
    readonly int[] _offsets;
    readonly int[] _books;
    readonly float[] _strengths;

    /// <summary>Over arrays the caller gives away, checked by it.</summary>
    internal BookNeighbours(NeighbourOptions options, int[] offsets, int[] books, float[] strengths)
        => (Options, _offsets, _books, _strengths) = (options, offsets, books, strengths);

    /// <summary>What they were made with.</summary>
    public NeighbourOptions Options { get; }

    public int Books => _offsets.Length - 1;

    /// <summary>Neighbours of all books together.</summary>
    public int Count => _books.Length;

    internal ReadOnlySpan<int> Offsets => _offsets;

    internal ReadOnlySpan<int> Indices => _books;

    internal ReadOnlySpan<float> Strengths => _strengths;

    /// <summary>√Σ s².</summary>
    internal double Norm => TensorPrimitives.Norm<float>(_strengths);

    /// <summary>None, for so many books.</summary>
    public static BookNeighbours None(int books) => new(new() { Neighbours = 0 }, new int[books + 1], [], []);

    internal static BookNeighbours Join(NeighbourOptions options, NeighbourRow[] rows)
    {
        var offsets = new int[rows.Length + 1];
        for (var row = 0; row < rows.Length; row++)
        {
            offsets[row + 1] = checked(offsets[row] + rows[row].Books.Length);
        }

        var (books, strengths) = (new int[offsets[^1]], new float[offsets[^1]]);
        for (var row = 0; row < rows.Length; row++)
        {
            rows[row].Books.CopyTo(books, offsets[row]);
            rows[row].Strengths.CopyTo(strengths, offsets[row]);
        }

        return new(options, offsets, books, strengths);
    }

    /// <summary>The weighted sum of two of the same books.</summary>
    internal static BookNeighbours Sum(NeighbourOptions options, (BookNeighbours Part, float Scale) a, (BookNeighbours Part, float Scale) b)
    {
        var rows = new NeighbourRow[a.Part.Books];
        var sums = new float[rows.Length];
        for (var book = 0; book < rows.Length; book++)
        {
            a.Part.AddTo(sums, book, a.Scale);
            b.Part.AddTo(sums, book, b.Scale);
            int[] union = [.. a.Part.Of(book), .. b.Part.Of(book)];
            union = [.. union.Distinct().Order()];
            rows[book] = new(union, Array.ConvertAll(union, target => sums[target]));
            foreach (var target in union)
            {
                sums[target] = 0;
            }
        }

        return Join(options, rows);
    }

    /// <summary>The neighbours of a book, ascending.</summary>
    /// <param name="book">0 … Books−1.</param>
    public ReadOnlySpan<int> Of(int book) => _books.AsSpan(_offsets[book].._offsets[book + 1]);

    /// <summary>How much the book speaks for each of <see cref="Of"/>; negative where it speaks against.</summary>
    public ReadOnlySpan<float> StrengthsOf(int book) => _strengths.AsSpan(_offsets[book].._offsets[book + 1]);

    /// <summary>s(source, target), 0 when the target is not among the source's neighbours.</summary>
    public float Strength(int source, int target)
        => Of(source).BinarySearch(target) is var at and >= 0 ? StrengthsOf(source)[at] : 0;

    /// <summary>scores[i] += weight · s(source, i).</summary>
    public void AddTo(Span<float> scores, int source, float weight)
    {
        var books = Of(source);
        var strengths = StrengthsOf(source);
        for (var n = 0; n < books.Length; n++)
        {
            scores[books[n]] += weight * strengths[n];
        }
    }

    /// <summary>scores[i] = Σ weightⱼ · s(j, i); signals of books newer than the model are passed over.</summary>
    /// <param name="scores">Books numbers; overwritten.</param>
    /// <returns>Whether any signal was of a book with neighbours.</returns>
    public bool Score(IReadOnlyList<Signal> signals, Span<float> scores)
    {
        ArgumentNullException.ThrowIfNull(signals);
        scores.Clear();
        var any = false;
        for (var i = 0; i < signals.Count; i++)
        {
            var (book, weight) = signals[i];
            if (book < Books && _offsets[book] < _offsets[book + 1])
            {
                AddTo(scores, book, weight);
                any = true;
            }
        }

        return any;
    }
}
