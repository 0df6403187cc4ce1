using BookRec.Grains.Interfaces.Catalogue;
using BookRec.Storage.Databases;

namespace BookRec.Storage.Catalogue;

/// <summary>A row of <c>books</c> as read.</summary>
internal sealed class BookRow
{
    /// <summary>The columns, named as the properties here.</summary>
    public const string Columns =
        "b.id, b.title, b.authors, b.year, b.language, b.genres, b.description, b.isbn, b.average_rating AS averagerating, "
        + "b.ratings_count AS ratingscount, b.external_id AS externalid, b.revision, b.title_key AS titlekey, "
        + "b.deleted_at AS deletedat";

    public long Id { get; set; }

    public string Title { get; set; } = "";

    public string Authors { get; set; } = "[]";

    public int? Year { get; set; }

    public string? Language { get; set; }

    public string Genres { get; set; } = "[]";

    public string? Description { get; set; }

    public string? Isbn { get; set; }

    public double? AverageRating { get; set; }

    public long RatingsCount { get; set; }

    public string? ExternalId { get; set; }

    public int Revision { get; set; }

    public string TitleKey { get; set; } = "";

    public long? DeletedAt { get; set; }

    public Book ToBook()
        => new(
            Id, Title, StoredJson.Read<string[]>(Authors), Year, Language, StoredJson.Read<string[]>(Genres), Description, Isbn, AverageRating,
            RatingsCount, ExternalId, Revision);
}
