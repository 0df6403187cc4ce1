using System.Numerics.Tensors;
using BookRec.Engine.Content;
using BookRec.Engine.Data;
using BookRec.Engine.Factorization;
using BookRec.Engine.LinearAlgebra;
using BookRec.Engine.Neighbours;
using BookRec.Engine.Popularity;
using BookRec.Engine.Ranking;

namespace BookRec.Engine.Artifacts;

/// <summary>
/// Everything serving reads, of one model version. Immutable, thread-safe. Indices 0 … TrainedBooks−1 are the books trained on; newer books
/// follow with a content vector, and with the factors that <see cref="Factorization.ColdBooks"/> makes of it where the model has such a map.
/// </summary>
public sealed class ModelSnapshot
{
    // What does not change with new books.
    readonly Trained _trained;
    readonly float[] _popularity;
    readonly float[] _popularityZ;

    // Of the books newer than the model, in their order; empty without a map.
    readonly float[][] _newFactors;

    ModelSnapshot(Trained trained, Vocabulary books, ContentIndex content, float[] popularity, float[][] newFactors)
    {
        (_trained, Books, Content, _popularity, _newFactors) = (trained, books, content, popularity, newFactors);

        // Reader counts are spread like a power law; their logarithms have a mean and a deviation worth the name.
        _popularityZ = new float[popularity.Length];
        TensorPrimitives.LogP1(popularity, _popularityZ);
        Scores.Standardize(_popularityZ, TrainedBooks, 1);
    }

    /// <summary>A model that knows nothing: version <c>none</c>, no books.</summary>
    public static ModelSnapshot Empty { get; } = Create(
        "none",
        new([]),
        new AlsModel(new(), new(0, new AlsOptions().Factors), new(0, new AlsOptions().Factors)),
        BookNeighbours.None(0),
        ContentIndex.Empty,
        new PopularityModel([]),
        new());

    public string Version => _trained.Version;

    /// <summary>All books, newer ones included.</summary>
    public Vocabulary Books { get; }

    public int TrainedBooks => _trained.BookFactors.Rows;

    /// <summary>Y, trained books × factors.</summary>
    public FactorMatrix BookFactors => _trained.BookFactors;

    public AlsOptions Als => _trained.Als;

    /// <summary>Of the trained books, see <see cref="AlsModel.BookWeights"/>.</summary>
    internal ReadOnlyMemory<float> BookWeights => _trained.BookWeights;

    /// <summary>Of the trained books.</summary>
    public BookNeighbours Neighbours => _trained.Neighbours;

    /// <summary>Of all books, newer ones included.</summary>
    public ContentIndex Content { get; }

    public HybridOptions Hybrid => _trained.Hybrid;

    /// <summary>Gives newer books their factors; null when they have none.</summary>
    public ColdBooks? ColdBooks => _trained.ColdBooks;

    /// <summary>Decayed reader count of all books; the prior for newer ones.</summary>
    public ReadOnlySpan<float> Popularity => _popularity;

    /// <summary>YᵀY, for fold-in.</summary>
    internal FactorMatrix Gramian => _trained.Gramian;

    /// <summary>1/‖y‖ of the trained books, 0 for those nobody has read.</summary>
    internal ReadOnlySpan<float> InverseNorms => _trained.InverseNorms;

    /// <summary>z-scores of ln(1 + popularity) over all books.</summary>
    internal ReadOnlySpan<float> PopularityZ => _popularityZ;

    /// <summary>The factors of the books newer than the model, in their order; none without <see cref="ColdBooks"/>.</summary>
    internal ReadOnlySpan<float[]> NewFactors => _newFactors;

    /// <param name="version">Not empty.</param>
    /// <param name="books">Ids in the order of the factor rows, neighbours, content vectors and popularity scores.</param>
    /// <exception cref="ArgumentException">When the parts do not speak of the same number of books, or an option is out of range.</exception>
    public static ModelSnapshot Create(
        string version,
        Vocabulary books,
        AlsModel als,
        BookNeighbours neighbours,
        ContentIndex content,
        PopularityModel popularity,
        HybridOptions hybrid,
        ColdBooks? coldBooks = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(version);
        ArgumentNullException.ThrowIfNull(books);
        ArgumentNullException.ThrowIfNull(als);
        ArgumentNullException.ThrowIfNull(neighbours);
        ArgumentNullException.ThrowIfNull(content);
        ArgumentNullException.ThrowIfNull(popularity);
        ArgumentNullException.ThrowIfNull(hybrid);
        als.Options.Validate();
        hybrid.Validate();
        var factors = als.BookFactors;
        if (coldBooks is not null && (coldBooks.Coefficients.Rows, coldBooks.Coefficients.Factors) != (factors.Rows, factors.Factors))
        {
            throw new ArgumentException(
                $"The map for cold books is {coldBooks.Coefficients.Rows} × {coldBooks.Coefficients.Factors}, the factors {factors.Rows} × {factors.Factors}.");
        }

        if (factors.Rows != books.Count || neighbours.Books != books.Count || content.Books != books.Count || popularity.Scores.Length != books.Count
            || factors.Factors != als.Options.Factors || als.BookWeights.Length != (als.Options.PopularityExponent == 0 ? 0 : books.Count))
        {
            throw new ArgumentException(
                $"Shapes do not fit: {books.Count} books, factors {factors.Rows} × {factors.Factors} of {als.Options.Factors}, "
                + $"neighbours of {neighbours.Books}, {content.Books} content vectors, {popularity.Scores.Length} popularity scores, "
                + $"{als.BookWeights.Length} weights with a popularity exponent of {als.Options.PopularityExponent}.");
        }

        var trained = new Trained(
            version, books, als.Options, factors, als.BookWeights, neighbours, content, hybrid, Engine.LinearAlgebra.Gramian.Of(factors, 1), InverseNormsOf(factors), coldBooks);
        return new(trained, books, content, popularity.Scores.ToArray(), []);
    }

    /// <summary>
    /// The same model that also knows these books; shares everything that does not change. A new book that is known already replaces its
    /// content vector.
    /// </summary>
    /// <remarks>Copies the popularity (4 bytes a book) and adds to small tails; factors and inverted index are shared.</remarks>
    public ModelSnapshot WithBooks(IReadOnlyList<NewBook> books)
    {
        ArgumentNullException.ThrowIfNull(books);
        var (vocabulary, content) = (Books, Content);
        var popularity = new List<float>(_popularity);
        var newFactors = new List<float[]>(_newFactors);
        foreach (var book in books)
        {
            if (!float.IsFinite(book.Popularity) || book.Popularity < 0)
            {
                throw new ArgumentException($"The popularity of book {book.Id} is {book.Popularity}.", nameof(books));
            }

            var index = vocabulary.IndexOf(book.Id);
            if (index < 0)
            {
                index = vocabulary.Count;
                vocabulary = vocabulary.Append(book.Id);
                popularity.Add(book.Popularity);
            }
            else if (index >= TrainedBooks)
            {
                popularity[index] = book.Popularity;
            }

            var vector = content.Embed(book.Text);
            content = content.With(index, vector);
            if (ColdBooks is not null && index >= TrainedBooks)
            {
                newFactors.RemoveRange(index - TrainedBooks, newFactors.Count > index - TrainedBooks ? 1 : 0);
                newFactors.Insert(index - TrainedBooks, ColdBooks.FactorsOf(vector, content));
            }
        }

        return new(_trained, vocabulary, content, [.. popularity], [.. newFactors]);
    }

    /// <summary>This model as it was trained, without newer books and changed texts.</summary>
    internal ModelSnapshot WithoutNewBooks()
        => Books.Count == TrainedBooks && Content == _trained.Content
            ? this
            : new(_trained, _trained.Books, _trained.Content, _popularity[..TrainedBooks], []);

    static float[] InverseNormsOf(FactorMatrix factors)
    {
        var inverses = new float[factors.Rows];
        for (var row = 0; row < inverses.Length; row++)
        {
            var norm = TensorPrimitives.Norm<float>(factors.Row(row));
            inverses[row] = norm > 0 ? 1 / norm : 0;
        }

        return inverses;
    }

    sealed record Trained(
        string Version,
        Vocabulary Books,
        AlsOptions Als,
        FactorMatrix BookFactors,
        ReadOnlyMemory<float> BookWeights,
        BookNeighbours Neighbours,
        ContentIndex Content,
        HybridOptions Hybrid,
        FactorMatrix Gramian,
        float[] InverseNorms,
        ColdBooks? ColdBooks);
}
