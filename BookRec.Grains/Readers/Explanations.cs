using BookRec.Engine.Ranking;
using BookRec.Grains.Interfaces.Readers;
using BookRec.Grains.Models;

namespace BookRec.Grains.Readers;

/// <summary>
/// Says why a book is in a list, from the very numbers that put it there: every part of the score that speaks for the book gives a reason,
/// the largest first. The collaborative part is split exactly over the reader's books (Hu, Koren and Volinsky 2008, section 5), the
/// item-to-item part and the content part likewise by strength and cosine.
/// </summary>
public static class Explanations
{
    private const int MostTermsNamed = 3;

    /// <summary>A part under this share of the largest one is left unsaid.</summary>
    private const double LeastShareSaid = 0.25;

    public static IReadOnlyList<Reason> For(ServingView view, ReaderHistory history, ReaderProfile reader, RankedBook ranked)
    {
        var parts = new List<(double Part, Func<Reason?> Say)>
        {
            ranked.Collaborative >= ranked.Neighbours
                ? (ranked.Collaborative, () => BecauseYouLiked(view, history, reader, reader.Folded.Contributions(ranked.Book)))
                : (ranked.Neighbours, () => BecauseYouLiked(view, history, reader, reader.Folded.NeighbourContributions(ranked.Book))),
            (ranked.Content, () => SimilarContent(view, reader, ranked.Book)),
            (ranked.Popularity, () => Popular(view, ranked.Book)),
        };
        return Say(parts) is { Count: > 0 } said ? said : [WithoutPraise(view, ranked)];
    }

    /// <summary>Why a book is like another one.</summary>
    public static IReadOnlyList<Reason> ForSimilar(ServingView view, int anchor, RankedBook ranked)
    {
        var title = view[anchor]!.Title;
        var parts = new List<(double Part, Func<Reason?> Say)>
        {
            (ranked.Collaborative + ranked.Neighbours, () => new Reason(ReasonKind.ReadersAlsoLiked, view[anchor]!.Id, title, $"Readers who like {title} tend to like it")),
            (ranked.Content, () => SharesWith(view, anchor, ranked.Book)),
        };
        return Say(parts) is { Count: > 0 } said ? said : [WithoutPraise(view, ranked)];
    }

    private static List<Reason> Say(List<(double Part, Func<Reason?> Say)> parts)
    {
        var largest = parts.Max(p => p.Part);
        return [.. from part in parts
                   where part.Part > 0 && part.Part >= LeastShareSaid * largest
                   orderby part.Part descending
                   let reason = part.Say()
                   where reason is not null
                   select reason];
    }

    /// <summary>Both parts made of other readers' choices say the same thing; the larger one says which book it was.</summary>
    private static Reason? BecauseYouLiked(ServingView view, ReaderHistory history, ReaderProfile reader, double[] contributions)
        => Leading(view, reader, contributions) is { } liked
            ? new Reason(ReasonKind.BecauseYouLiked, liked.Id, liked.Title, $"Because you {Did(history.Preferences[liked.Id].Act)} {liked.Title}")
            : null;

    /// <summary>Whoever only looked at a book has not said to like it.</summary>
    private static string Did(InteractionType act) => act switch
    {
        InteractionType.View => "looked at",
        InteractionType.WantToRead => "want to read",
        InteractionType.Started => "began",
        InteractionType.Finished => "read",
        _ => "liked",
    };

    private static Reason? SimilarContent(ServingView view, ReaderProfile reader, int book)
    {
        var cosines = view.Model.Content.CosinesWith(book, [.. reader.Signals.Select(signal => signal.Book)]);
        var contributions = reader.Signals.Select((signal, i) => (double)signal.Weight * cosines[i]).ToArray();
        if (Leading(view, reader, contributions) is not { } liked)
            return null;
        var shared = SharesWith(view, view.Model.Books.IndexOf(liked.Id), book);

        // A book the model was not trained on can only have come in by its content.
        return shared is not null && book >= view.Model.TrainedBooks
            ? shared with { Kind = ReasonKind.NewForYou, Text = $"New here: {char.ToLowerInvariant(shared.Text[0])}{shared.Text[1..]}" }
            : shared;
    }

    private static Reason? SharesWith(ServingView view, int anchor, int book)
    {
        var terms = view.Model.Content.SharedTerms(anchor, book)
            .Select(shared => TermText.Describe(view.Model.Content.TermAt(shared.Term))).OfType<string>().Take(MostTermsNamed).ToList();
        return terms.Count == 0
            ? null
            : new Reason(ReasonKind.SimilarContent, view[anchor]!.Id, view[anchor]!.Title, $"Shares {string.Join(", ", terms)} with {view[anchor]!.Title}");
    }

    private static Reason Popular(ServingView view, int book)
        => book < view.Model.TrainedBooks || view[book]!.RatingsCount > 0
            ? new Reason(ReasonKind.Popular, null, null, "Popular with readers here")
            : new Reason(ReasonKind.NewForYou, null, null, "New in the catalogue");

    /// <summary>For a book in whose favour nothing can be said: it is there because better ones are not, or were filtered out.</summary>
    private static Reason WithoutPraise(ServingView view, RankedBook ranked)
        => ranked.Popularity > 0 || ranked.Book >= view.Model.TrainedBooks
            ? Popular(view, ranked.Book)
            : new Reason(ReasonKind.BestOfTheRest, null, null, "The best of what is left");

    /// <summary>The liked book that adds most; null when none adds anything.</summary>
    private static Interfaces.Catalogue.Book? Leading(ServingView view, ReaderProfile reader, double[] contributions)
    {
        Interfaces.Catalogue.Book? leading = null;
        var most = 0.0;
        for (var i = 0; i < contributions.Length; i++)
        {
            if (reader.Signals[i].Weight > 0 && contributions[i] > most && view[reader.Signals[i].Book] is { } book)
                (leading, most) = (book, contributions[i]);
        }

        return leading;
    }
}
