namespace BookRec.Grains.Interfaces.Readers;

/// <summary>
/// One reader: recent interactions, the exact set of seen books, dislikes, and the factor vector folded in under the model in use.
/// Keyed by the account's id. The state is a cache of the database and is rebuilt on activation.
/// </summary>
[Alias("bookrec.IUserGrain")]
public interface IUserGrain : IGrainWithGuidKey
{
    /// <summary>Stores one interaction and re-solves the reader's vector; returns after the database has committed.</summary>
    /// <param name="interaction">What happened.</param>
    /// <param name="idempotencyKey">1 to 200 printable characters, or null. The same key with the same interaction gives the first answer again.</param>
    /// <exception cref="RejectedException">
    /// <see cref="RejectionKind.Invalid"/> naming the field; <see cref="RejectionKind.NotFound"/> with field <c>book_id</c>;
    /// <see cref="RejectionKind.Unprocessable"/> when the key was used with another body.
    /// </exception>
    [Alias("Record"), Idempotent(KeyArgument = 1)]
    Task<Interaction> Record(NewInteraction interaction, string? idempotencyKey);

    /// <summary>Stores up to 1,000 interactions in order, in one transaction; a refused one does not stop the others.</summary>
    [Alias("RecordBatch"), Idempotent(KeyArgument = 1), ResponseTimeout("00:00:30")]
    Task<IReadOnlyList<BatchItem>> RecordBatch(IReadOnlyList<NewInteraction> interactions, string? idempotencyKey);

    /// <summary>Takes an interaction back, from the recommendations too.</summary>
    /// <returns>False when this reader has no such interaction.</returns>
    [Alias("Undo")]
    Task<bool> Undo(long interactionId);

    /// <summary>The reader's interactions, newest first.</summary>
    [Alias("History"), Idempotent]
    Task<Page<Interaction>> History(PageRequest page);

    /// <summary>The idempotency keys that are still remembered, in order.</summary>
    [Alias("IdempotencyKeys"), Idempotent]
    Task<Page<UsedKey>> IdempotencyKeys(PageRequest page);

    /// <summary>Removes the account with all that belongs to it. Here, so that it cannot cross a write of the same reader.</summary>
    /// <exception cref="RejectedException"><see cref="RejectionKind.Conflict"/> for the last administrator.</exception>
    [Alias("Erase")]
    Task Erase();

    /// <summary>What to read next.</summary>
    [Alias("Recommend"), Idempotent]
    Task<RecommendationList> Recommend(RecommendationQuery query);
}

/// <summary>An idempotency key and when it was used first.</summary>
[GenerateSerializer, Immutable, Alias("bookrec.UsedKey")]
public sealed record UsedKey([property: Id(0)] string Key, [property: Id(1)] DateTimeOffset At);
