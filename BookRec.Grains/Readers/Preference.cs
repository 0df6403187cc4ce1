using BookRec.Grains.Interfaces.Readers;
using BookRec.Grains.Options;

namespace BookRec.Grains.Readers;

/// <summary>
/// What a reader thinks of one book, folded from interactions in the order they happened. The same rule feeds training and serving.
/// The latest spoken opinion wins (rating, like, dislike, not interested, abandoned); without one, the strongest act counts.
/// </summary>
/// <param name="Act">The one that counts.</param>
public readonly record struct Preference(float Weight, InteractionType Act)
{
    /// <summary>The preference after one more interaction.</summary>
    public Preference After(InteractionType type, double rating, InteractionOptions weights)
    {
        var weight = weights.WeightOf(type, rating);
        return !IsOpinion(type) && (IsOpinion(Act) || weight <= Weight) ? this : new Preference(weight, type);
    }

    private static bool IsOpinion(InteractionType type)
        => type is InteractionType.Rating or InteractionType.Like or InteractionType.Dislike or InteractionType.NotInterested or InteractionType.Abandoned;
}
