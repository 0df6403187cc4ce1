using System.ComponentModel.DataAnnotations;
using BookRec.Grains.Interfaces.Readers;
using BookRec.WebApi.Requests;

namespace BookRec.WebApi.Interactions;

/// <param name="BookId">The book.</param>
/// <param name="Type">What happened.</param>
/// <param name="Rating">0.5 to 5 in halves; with type <c>rating</c> and only then.</param>
/// <param name="OccurredAt">When it happened, with an offset; now when left out.</param>
public sealed record InteractionRequest(
    [property: Required] long? BookId,
    [property: Required] InteractionType? Type,
    double? Rating = null,
    DateTimeOffset? OccurredAt = null) : IValidated
{
    private static readonly DateTimeOffset _earliest = new(1900, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>How far a client's clock may be ahead of ours.</summary>
    private static readonly TimeSpan _clockTolerance = TimeSpan.FromMinutes(5);

    public void Validate(FieldErrors errors, DateTimeOffset now)
    {
        errors.Require(BookId is not null, "book_id", Words.Required);
        errors.Require(BookId is null or > 0, "book_id", Words.MustBePositive);
        errors.Require(Type is not null, "type", Words.Required);
        if (Type == InteractionType.Rating)
            errors.Require(Rating is not null, "rating", "is required with type rating");
        else if (Type is not null)
            errors.Require(Rating is null, "rating", "is only for type rating");
        errors.Require(Rating is null || (Rating is >= 0.5 and <= 5 && double.IsInteger(Rating.Value * 2)), "rating", "must be from 0.5 to 5 in halves");
        errors.Require(OccurredAt is null || OccurredAt <= now + _clockTolerance, "occurred_at", "must not be in the future");
        errors.Require(OccurredAt is null || OccurredAt >= _earliest, "occurred_at", "must not be before 1900");
    }

    public NewInteraction ToNew() => new(BookId!.Value, Type!.Value, Rating, OccurredAt?.ToUniversalTime());
}

/// <param name="Items">1 to 1,000, each judged by itself.</param>
public sealed record InteractionBatchRequest([property: Required] IReadOnlyList<InteractionRequest?>? Items) : IValidated
{
    private const int MaximumCount = 1000;

    public void Validate(FieldErrors errors, DateTimeOffset now)
    {
        errors.Require(Items is not null, "items", Words.Required);
        errors.Require(Items is null or { Count: > 0 and <= MaximumCount }, "items", "must be 1 to 1,000 interactions");
    }
}

/// <param name="OccurredAt">UTC; null when an imported source gave no time.</param>
public sealed record InteractionResponse(long Id, long BookId, InteractionType Type, double? Rating, DateTimeOffset? OccurredAt)
{
    public static InteractionResponse From(Interaction stored) => new(stored.Id, stored.BookId, stored.Type, stored.Rating, stored.OccurredAt);
}

/// <summary>The fate of one interaction: exactly one of the two is set.</summary>
public sealed record BatchItemResponse(InteractionResponse? Interaction, FieldErrorResponse? Error);

public sealed record FieldErrorResponse(string Field, string Message);

/// <param name="Items">One for each interaction sent, in the same order.</param>
public sealed record InteractionBatchResponse(IReadOnlyList<BatchItemResponse> Items);
