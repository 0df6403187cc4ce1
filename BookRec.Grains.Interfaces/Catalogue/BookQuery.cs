namespace BookRec.Grains.Interfaces.Catalogue;

/// <summary>The order of a list of books; ties go to the smaller id.</summary>
public enum BookSort
{
    /// <summary>Most rated first.</summary>
    Popular,

    /// <summary>By title, A to Z.</summary>
    Title,

    /// <summary>Newest publication year first; unknown years last.</summary>
    Newest,

    /// <summary>Oldest publication year first; unknown years last.</summary>
    Oldest,

    /// <summary>Highest mean rating first; unrated last.</summary>
    Rating,
}

/// <summary>Which books are wanted. Every given condition must hold.</summary>
/// <param name="Text">Words of title or authors: each must match a word, the start of one, or one with a small typing error.</param>
/// <param name="Author">Words of an author's name, matched in the same way against authors only.</param>
/// <param name="Genre">One genre, compared exactly, case aside.</param>
/// <param name="Language">A language tag; <c>en</c> also finds <c>en-GB</c>.</param>
/// <param name="YearFrom">First year of publication wanted, inclusive.</param>
/// <param name="YearTo">Last year of publication wanted, inclusive.</param>
[GenerateSerializer, Immutable, Alias("bookrec.BookQuery")]
public sealed record BookQuery(
    [property: Id(0)] string? Text = null,
    [property: Id(1)] string? Author = null,
    [property: Id(2)] string? Genre = null,
    [property: Id(3)] string? Language = null,
    [property: Id(4)] int? YearFrom = null,
    [property: Id(5)] int? YearTo = null,
    [property: Id(6)] BookSort Sort = BookSort.Popular);
