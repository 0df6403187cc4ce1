namespace BookRec.Grains.Interfaces.Readers;

/// <summary>What a reader did with a book. The numbers are stored; never renumber.</summary>
public enum InteractionType
{
    View = 1,
    WantToRead = 2,
    Started = 3,
    Finished = 4,
    Like = 5,
    Rating = 6,
    Dislike = 7,
    NotInterested = 8,
    Abandoned = 9,
}

/// <summary>An interaction as the reader's client sends it.</summary>
/// <param name="BookId">The book.</param>
/// <param name="Type">What happened.</param>
/// <param name="Rating">0.5 to 5 in halves; given if and only if <paramref name="Type"/> is <see cref="InteractionType.Rating"/>.</param>
/// <param name="OccurredAt">When it happened, UTC; null means now. Not in the future.</param>
[GenerateSerializer, Immutable, Alias("bookrec.NewInteraction")]
public sealed record NewInteraction(
    [property: Id(0)] long BookId,
    [property: Id(1)] InteractionType Type,
    [property: Id(2)] double? Rating = null,
    [property: Id(3)] DateTimeOffset? OccurredAt = null);

/// <summary>A stored interaction.</summary>
/// <param name="Id">Assigned by the database, growing.</param>
/// <param name="OccurredAt">UTC, millisecond precision; null when an imported source gave no time.</param>
[GenerateSerializer, Immutable, Alias("bookrec.Interaction")]
public sealed record Interaction(
    [property: Id(0)] long Id,
    [property: Id(1)] long BookId,
    [property: Id(2)] InteractionType Type,
    [property: Id(3)] double? Rating,
    [property: Id(4)] DateTimeOffset? OccurredAt);

/// <summary>The fate of one interaction of a batch: exactly one of the two is set.</summary>
/// <param name="Stored">The stored interaction.</param>
/// <param name="Error">Why this one was refused; the others are not affected.</param>
[GenerateSerializer, Immutable, Alias("bookrec.BatchItem")]
public sealed record BatchItem([property: Id(0)] Interaction? Stored, [property: Id(1)] FieldError? Error);

/// <summary>A field in snake_case and what is wrong with it.</summary>
[GenerateSerializer, Immutable, Alias("bookrec.FieldError")]
public sealed record FieldError([property: Id(0)] string Field, [property: Id(1)] string Message);
