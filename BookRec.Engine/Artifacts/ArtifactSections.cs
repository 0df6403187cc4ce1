using System.Text.Json;
using System.Text.Json.Serialization;
using BookRec.Engine.Factorization;
using BookRec.Engine.Neighbours;
using BookRec.Engine.Ranking;

namespace BookRec.Engine.Artifacts;

/// <summary>The names of the sections, in the order they are written, and the format's constants.</summary>
static class ArtifactSections
{
    public const int Format = 4;

    /// <summary>The oldest format that is read: in it the weights of books were all 1.</summary>
    public const int OldestFormat = 3;

    public const int NameBytes = 8;

    /// <summary>JSON of a <see cref="Artifacts.Manifest"/>.</summary>
    public const string Manifest = "manifest";

    /// <summary>int64 per book: ids.</summary>
    public const string Books = "books";

    /// <summary>float32, books × factors.</summary>
    public const string Factors = "factors";

    /// <summary>float32 per book: what a reader's confidence is multiplied by; empty where that is 1.</summary>
    public const string BookWeights = "book-wgt";

    /// <summary>float32 per book: decayed reader count.</summary>
    public const string Popularity = "popular";

    /// <summary>Per term two strings, key and name (empty when it is the key), each UTF-8 behind its length.</summary>
    public const string Terms = "terms";

    /// <summary>float32 per term: inverse document frequency.</summary>
    public const string Idf = "idf";

    /// <summary>int32, books + 1: where each book's entries begin.</summary>
    public const string Offsets = "offsets";

    /// <summary>int32 per entry: term numbers, ascending within a book.</summary>
    public const string Entries = "entries";

    /// <summary>float32 per entry: TF-IDF weights.</summary>
    public const string Weights = "weights";

    /// <summary>int32, books + 1: where each book's neighbours begin.</summary>
    public const string NeighbourOffsets = "nb-begin";

    /// <summary>int32 per neighbour: book indices, ascending within a book.</summary>
    public const string NeighbourBooks = "nb-book";

    /// <summary>float32 per neighbour: strength.</summary>
    public const string NeighbourStrengths = "nb-value";

    /// <summary>float32, (books + 1) × factors: coefficients of the map from content to factors, and the mean; empty when there is none.</summary>
    public const string ColdBooks = "cold";

    public static readonly string[] All =
    [
        Manifest, Books, Factors, BookWeights, Popularity, Terms, Idf, Offsets, Entries, Weights, NeighbourOffsets, NeighbourBooks, NeighbourStrengths,
        ColdBooks,
    ];

    public static ReadOnlySpan<byte> Magic => "BOOKREC\n"u8;

    public static readonly JsonSerializerOptions Json = new() { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow };
}

/// <summary>What the artifact says of itself: which model, of which shape, made with which options.</summary>
/// <param name="Entries">Entries of all content vectors.</param>
/// <param name="Neighbours">Neighbours of all books.</param>
sealed record Manifest(
    string Version, int Books, int Factors, int Terms, int Entries, int Neighbours, AlsOptions Als, NeighbourOptions NeighboursBy, HybridOptions Hybrid);
