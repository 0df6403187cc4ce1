using BookRec.Engine.Ranking;
using BookRec.Grains.Interfaces.Readers;
using BookRec.Grains.Models;

namespace BookRec.Grains.Readers;

/// <summary>
/// What one reader is recommended, as long as neither the reader's history nor the serving view moves on: then a new one takes its place.
/// Whatever does not depend on the question is kept: the folded profile, each strategy's <see cref="Shortlist"/>, what was said of a book,
/// and the last lists. Beside the profile (4·factors² bytes once reasons were given) that is about 10 KB for a reader who asks for the usual
/// list of ten, and with the longest lists and exclusions by every strategy at most 250 KB.
/// </summary>
public sealed class ReaderLists
{
    /// <summary>A shortlist has so many times the books that were asked for: the next question may leave some of them out.</summary>
    private const int ListsAhead = 4;

    private const int MostListsRemembered = 8;
    private const int MostBooksRemembered = 128;

    private readonly ReaderHistory _history;
    private readonly ServingView _view;
    private readonly ReaderProfile _profile;
    private readonly Dictionary<Strategy, Shortlist> _shortlists = [];
    private readonly Dictionary<(Strategy Strategy, int Book), Recommendation> _recommendations = [];
    private readonly Dictionary<RecommendationQuery, RecommendationList> _lists = [];

    /// <summary>Folds the reader in.</summary>
    public ReaderLists(ReaderHistory history, ServingView view)
    {
        _history = history;
        _view = view;
        _profile = ReaderFolding.Solve(history, view.Model);
    }

    public bool AreFrom(ServingView view) => ReferenceEquals(view, _view);

    /// <returns>The list, and whether it was made before.</returns>
    public (RecommendationList List, bool Known) For(RecommendationQuery query)
    {
        if (_lists.TryGetValue(query, out var known))
            return (known, true);

        var (books, strategy) = Rank(StrategyChoice.Resolve(query.Strategy), query);
        var list = new RecommendationList([.. books.Select(ranked => Recommend(strategy, ranked))], strategy, _view.Model.Version);

        // Lists of ids compare by reference, so such queries would never be found again.
        if (query.Exclude is null && _lists.Count < MostListsRemembered)
            _lists[query] = list;
        return (list, false);
    }

    /// <returns>The books, and the strategy that ranked them: popularity where the one asked for knows nothing of the reader.</returns>
    private (RankedBook[] Books, Strategy By) Rank(Strategy strategy, RecommendationQuery query)
    {
        var filter = new Filter(_view, query);
        if (!_shortlists.TryGetValue(strategy, out var shortlist) || shortlist.Best(filter.Passes, query.Count) is not { } best)
        {
            shortlist = Lead(strategy, filter, query.Count);
            best = shortlist.Best(filter.Passes, query.Count)!;
        }

        return (best, shortlist.IsPersonal ? strategy : Strategy.Popular);
    }

    private Shortlist Lead(Strategy strategy, Filter filter, int count)
    {
        var seen = _profile.Signals.Select(signal => signal.Book).ToHashSet();
        bool IsOpen(int book) => _view[book] is not null && !seen.Contains(book);
        var ranking = StrategyChoice.RankingOf(strategy);
        return filter.IsNarrow
            ? HybridRanker.Lead(_view.Model, _profile, ranking, book => IsOpen(book) && filter.Passes(book), count)
            : _shortlists[strategy] = HybridRanker.Lead(_view.Model, _profile, ranking, IsOpen, (ListsAhead * count) + filter.Excluded);
    }

    private Recommendation Recommend(Strategy strategy, RankedBook ranked)
    {
        if (_recommendations.TryGetValue((strategy, ranked.Book), out var known))
            return known;
        var recommendation = new Recommendation(_view[ranked.Book]!, ranked.Score, Explanations.For(_view, _history, _profile, ranked));
        if (_recommendations.Count < MostBooksRemembered)
            _recommendations[(strategy, ranked.Book)] = recommendation;
        return recommendation;
    }
}
