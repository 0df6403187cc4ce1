using BookRec.Engine.Content;

namespace BookRec.Engine.Ranking;

/// <summary>
/// The head of one reader's ranking of all candidates, best first. A list is the head of what passes its filters, so most are read off
/// here without scoring a book, exactly as <see cref="HybridRanker.Rank"/> makes them. 24 bytes a book. Immutable, thread-safe.
/// </summary>
public sealed class Shortlist
{
    readonly RankedBook[] _leading;
    readonly bool _isComplete;
    readonly ContentIndex _content;
    readonly double _diversity;

    /// <param name="leading">Best first.</param>
    /// <param name="isPersonal">See <see cref="IsPersonal"/>.</param>
    /// <param name="isComplete">Whether no other candidate is left.</param>
    /// <param name="diversity">Of the lists taken, see <see cref="HybridOptions.Diversity"/>.</param>
    internal Shortlist(RankedBook[] leading, bool isPersonal, bool isComplete, ContentIndex content, double diversity)
        => (_leading, IsPersonal, _isComplete, _content, _diversity) = (leading, isPersonal, isComplete, content, diversity);

    /// <summary>False when nothing is known of the reader that the strategy can use: then popularity alone has ranked.</summary>
    public bool IsPersonal { get; }

    /// <summary>How many books a list has to be chosen from.</summary>
    internal static int DepthFor(int count, double diversity) => diversity == 0 ? count : count * Mmr.Depth;

    /// <param name="passes">By book index: whether it may be in the list.</param>
    /// <returns>At most so many books, best first; null where books behind this shortlist would have to be looked at.</returns>
    public RankedBook[]? Best(Func<int, bool> passes, int count)
    {
        ArgumentNullException.ThrowIfNull(passes);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        var depth = DepthFor(count, _diversity);
        var best = _leading.Where(ranked => passes(ranked.Book)).Take(depth).ToArray();
        return best.Length < depth && !_isComplete ? null
            : _diversity == 0 ? best
            : Diversify(best, count);
    }

    RankedBook[] Diversify(RankedBook[] best, int count)
    {
        var (books, scores) = (Array.ConvertAll(best, ranked => ranked.Book), Array.ConvertAll(best, ranked => ranked.Score));
        return Array.ConvertAll(Mmr.Select(books, scores, _content, _diversity, count), place => best[place]);
    }
}
