using BookRec.Engine.Ranking;
using BookRec.Grains.Interfaces.Readers;
using BookRec.Grains.Models;

namespace BookRec.Grains.Readers;

/// <summary>
/// What one reader is recommended, as long as neither the reader's history nor the serving view moves on: then a new one takes its place.
/// Whatever does not depend on the question is kept: the folded profile, each strategy's <see cref="Shortlist"/>, what was said of a book,
/// and the last lists. For a reader who asks for the usual list of ten that is about 10 KB, at most 150 KB.
/// </summary>
public sealed class ReaderLists
{
    /// <summary>Enough for the longest list, and for a common filter to find a short one.</summary>
    private const int ShortlistLength = 128;

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

        var strategy = StrategyChoice.Resolve(query.Strategy, _profile);
        var list = new RecommendationList([.. Rank(strategy, query).Select(ranked => Recommend(strategy, ranked))], strategy, _view.Model.Version);

        // Lists of ids compare by reference, so such queries would never be found again.
        if (query.Exclude is null && _lists.Count < MostListsRemembered)
            _lists[query] = list;
        return (list, false);
    }

    private RankedBook[] Rank(Strategy strategy, RecommendationQuery query)
    {
        var ranking = StrategyChoice.RankingOf(strategy);
        var filter = new Filter(_view, query);
        if (!_shortlists.TryGetValue(strategy, out var shortlist) && !filter.IsNarrow)
            shortlist = _shortlists[strategy] = HybridRanker.Lead(_view.Model, _profile, ranking, IsOpen, ShortlistLength);
        return shortlist?.Best(filter.Passes, query.Count)
            ?? HybridRanker.Rank(_view.Model, _profile, ranking, book => IsOpen(book) && filter.Passes(book), query.Count);
    }

    /// <summary>Whether a book may be in any list of this reader: neither deleted nor seen.</summary>
    private bool IsOpen(int book) => _view[book] is { } known && !_history.HasSeen(known.Id);

    private Recommendation Recommend(Strategy strategy, RankedBook ranked)
    {
        if (_recommendations.TryGetValue((strategy, ranked.Book), out var known))
            return known;
        var recommendation = new Recommendation(_view[ranked.Book]!, ranked.Score, Explanations.For(_view, _profile, ranked));
        if (_recommendations.Count < MostBooksRemembered)
            _recommendations[(strategy, ranked.Book)] = recommendation;
        return recommendation;
    }
}
