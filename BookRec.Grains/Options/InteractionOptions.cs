using System.ComponentModel.DataAnnotations;
using BookRec.Grains.Interfaces.Readers;

namespace BookRec.Grains.Options;

/// <summary>
/// How much each interaction says: the confidence weight it enters the model with. Settings section <c>BookRec:Interactions</c>.
/// The weights of dislike, not_interested, abandoned and of a rating under 2.5 count against the book.
/// </summary>
public sealed record InteractionOptions
{
    public const string Section = "Interactions";

    /// <summary>Ratings under this count against a book.</summary>
    public const double LowestFavourableRating = 2.5;

    [Range(0.0, 100.0, MinimumIsExclusive = true)]
    public double View { get; init; } = 0.2;

    [Range(0.0, 100.0, MinimumIsExclusive = true)]
    public double WantToRead { get; init; } = 0.6;

    [Range(0.0, 100.0, MinimumIsExclusive = true)]
    public double Started { get; init; } = 0.6;

    [Range(0.0, 100.0, MinimumIsExclusive = true)]
    public double Finished { get; init; } = 1.0;

    [Range(0.0, 100.0, MinimumIsExclusive = true)]
    public double Like { get; init; } = 1.5;

    /// <summary>Weight of the best (5) and the worst (0.5) rating; those between have less, down to half of it around 2.5.</summary>
    [Range(0.0, 100.0, MinimumIsExclusive = true)]
    public double Rating { get; init; } = 1.5;

    [Range(0.0, 100.0, MinimumIsExclusive = true)]
    public double Dislike { get; init; } = 1.5;

    [Range(0.0, 100.0, MinimumIsExclusive = true)]
    public double NotInterested { get; init; } = 1.0;

    [Range(0.0, 100.0, MinimumIsExclusive = true)]
    public double Abandoned { get; init; } = 0.7;

    /// <summary>How long an idempotency key is remembered.</summary>
    [Range(typeof(TimeSpan), "01:00:00", "365.00:00:00")]
    public TimeSpan IdempotencyKeyLifetime { get; init; } = TimeSpan.FromDays(7);

    /// <summary>The signed weight of an interaction: negative when it counts against the book.</summary>
    public float WeightOf(InteractionType type, double rating) => (float)(type switch
    {
        InteractionType.View => View,
        InteractionType.WantToRead => WantToRead,
        InteractionType.Started => Started,
        InteractionType.Finished => Finished,
        InteractionType.Like => Like,
        InteractionType.Rating when rating >= LowestFavourableRating => Rating * (0.5 + (0.5 * (rating - LowestFavourableRating) / 2.5)),
        InteractionType.Rating => -Rating * (0.5 + (0.5 * (LowestFavourableRating - rating) / 2.0)),
        InteractionType.Dislike => -Dislike,
        InteractionType.NotInterested => -NotInterested,
        InteractionType.Abandoned => -Abandoned,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Not an interaction type."),
    });
}
