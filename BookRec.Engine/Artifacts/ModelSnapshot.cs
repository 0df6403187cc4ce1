using BookRec.Engine.Content;
using BookRec.Engine.Data;
using BookRec.Engine.Factorization;
using BookRec.Engine.LinearAlgebra;
using BookRec.Engine.Popularity;
using BookRec.Engine.Ranking;

namespace BookRec.Engine.Artifacts;

/// <summary>A book the model has not been trained on.</summary>
/// <param name="Popularity">A prior on the scale of reader counts.</param>
public sealed record NewBook(long Id, BookText Text, float Popularity);

/// <summary>
/// Everything serving reads, of one model version. Immutable, thread-safe. Indices 0 … TrainedBooks−1 are the books trained on; newer books
/// follow with a content vector and no factors.
/// </summary>
public sealed class ModelSnapshot
{
    /// <summary>A model that knows nothing: version <c>none</c>, no books.</summary>
    public static ModelSnapshot Empty => throw new NotImplementedException();

    /// <param name="books">Ids in the order of the factor rows, content vectors and popularity scores.</param>
    public static ModelSnapshot Create(string version, Vocabulary books, AlsModel als, ContentIndex content, PopularityModel popularity, HybridOptions hybrid)
        => throw new NotImplementedException();

    public string Version => throw new NotImplementedException();

    public Vocabulary Books => throw new NotImplementedException();

    public int TrainedBooks => throw new NotImplementedException();

    public FactorMatrix BookFactors => throw new NotImplementedException();

    public AlsOptions Als => throw new NotImplementedException();

    public ContentIndex Content => throw new NotImplementedException();

    public HybridOptions Hybrid => throw new NotImplementedException();

    /// <summary>
    /// The same model that also knows these books; shares everything that does not change. A new book that is known already replaces its
    /// content vector.
    /// </summary>
    public ModelSnapshot WithBooks(IReadOnlyList<NewBook> books) => throw new NotImplementedException();
}
