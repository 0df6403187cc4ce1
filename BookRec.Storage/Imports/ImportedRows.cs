using BookRec.Grains.Interfaces.Catalogue;
using BookRec.Grains.Interfaces.Readers;

namespace BookRec.Storage.Imports;

/// <summary>A book as a source tells it, checked.</summary>
/// <param name="Draft">With the external id, <c>source:id</c>.</param>
/// <param name="AverageRating">The source's mean, or null.</param>
/// <param name="RatingsCount">How many ratings the source's mean is made of, or null.</param>
internal sealed record ImportedBook(BookDraft Draft, double? AverageRating, long? RatingsCount);

/// <summary>An interaction as a source tells it, checked except for whether the book exists.</summary>
/// <param name="User">The source's own id.</param>
/// <param name="Book">The source's own id.</param>
/// <param name="OccurredAt">Unix milliseconds, 0 when unknown.</param>
/// <param name="File">Where it stands, to report it by.</param>
internal readonly record struct ImportedInteraction(
    string User, string Book, InteractionType Type, double? Rating, long OccurredAt, string File, long Line);
