using BookRec.Grains.Interfaces.Readers;
using BookRec.Grains.Options;

namespace BookRec.Grains.Readers;

/// <summary>
/// What a reader thinks of one book, folded from interactions in the order they happened. The same rule feeds training and serving.
/// The latest spoken opinion wins (rating, like, dislike, not interested, abandoned); without one, the strongest act counts.
/// </summary>
public readonly record struct Preference(float Weight, bool Spoken)
{
    /// <summary>The preference after one more interaction.</summary>
    public Preference After(InteractionType type, double rating, InteractionOptions weights)
    {
        var weight = weights.WeightOf(type, rating);
        if (type is InteractionType.View or InteractionType.WantToRead or InteractionType.Started or InteractionType.Finished)
            return Spoken || weight <= Weight ? this : this with { Weight = weight };
        return new Preference(weight, Spoken: true);
    }
}
