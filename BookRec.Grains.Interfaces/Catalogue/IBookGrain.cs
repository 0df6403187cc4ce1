using BookRec.Grains.Interfaces.Readers;

namespace BookRec.Grains.Interfaces.Catalogue;

/// <summary>
/// One book: its metadata and its place in content space. Keyed by the book's id.
/// Durable first: a change is acknowledged after the database has it and the silos know it.
/// </summary>
[Alias("bookrec.IBookGrain")]
public interface IBookGrain : IGrainWithIntegerKey
{
    /// <summary>The book, or null when there is none with this id.</summary>
    [Alias("Get"), Idempotent]
    Task<Book?> Get();

    /// <summary>Replaces the book's metadata.</summary>
    /// <param name="draft">The new metadata.</param>
    /// <param name="expectedRevision">The revision the caller saw; null to overwrite whatever is there.</param>
    /// <returns>The book after the change, or null when there is none with this id.</returns>
    /// <exception cref="RejectedException"><see cref="RejectionKind.Stale"/> when the revision moved on.</exception>
    [Alias("Update"), ResponseTimeout("00:00:20")]
    Task<Book?> Update(BookDraft draft, int? expectedRevision);

    /// <summary>Takes the book out of the catalogue and of every recommendation.</summary>
    /// <returns>False when there was none with this id.</returns>
    /// <exception cref="RejectedException"><see cref="RejectionKind.Stale"/> when the revision moved on.</exception>
    [Alias("Delete"), ResponseTimeout("00:00:20")]
    Task<bool> Delete(int? expectedRevision);

    /// <summary>Books like this one, best first.</summary>
    /// <returns>The list, or null when there is no book with this id.</returns>
    [Alias("Similar"), Idempotent]
    Task<RecommendationList?> Similar(int count);

    /// <summary>
    /// The book's content embedding under the model in use: the sparse, unit-length TF-IDF vector, also for books newer than the model.
    /// Null when there is no book with this id.
    /// </summary>
    [Alias("Embedding"), Idempotent]
    Task<ContentEmbedding?> Embedding();
}

/// <summary>A sparse vector in the vocabulary of one model version.</summary>
/// <param name="ModelVersion">The version whose vocabulary the terms come from.</param>
/// <param name="Terms">The terms, heaviest first.</param>
/// <param name="Weights">TF-IDF weight of each term; the vector has length 1.</param>
[GenerateSerializer, Immutable, Alias("bookrec.ContentEmbedding")]
public sealed record ContentEmbedding(
    [property: Id(0)] string ModelVersion,
    [property: Id(1)] IReadOnlyList<string> Terms,
    [property: Id(2)] IReadOnlyList<float> Weights);
