using BookRec.Engine.Ranking;
using BookRec.Grains.Interfaces.Catalogue;
using BookRec.Grains.Interfaces.Readers;
using BookRec.Grains.Models;
using BookRec.Grains.Readers;
using BookRec.Storage.Catalogue;

namespace BookRec.Grains.Catalogue;

/// <summary>
/// One book. Owns its metadata and its lists of similar books while they are current; forwards changes to the database first, then to every
/// silo's ranking.
/// </summary>
public sealed class BookGrain(BookStore store, ModelSlot models, CatalogueNews news) : Grain, IBookGrain
{
    private Book? _book;

    /// <summary>The view that lacked this book when it was last read from the database.</summary>
    private ServingView? _checkedAgainst;
    private RecommendationList? _similar;
    private ServingView? _similarView;
    private IGrainTimer? _leaving;

    private long Id => this.GetPrimaryKeyLong();

    public override async Task OnActivateAsync(CancellationToken cancellationToken) => _book = await store.Find(Id, cancellationToken);

    public async Task<Book?> Get()
    {
        // Imports write past the grain; the silo's feed knows of them.
        var view = models.Live;
        if (view.Find(Id) is { } fed)
        {
            if (fed.Revision >= (_book?.Revision ?? 0))
                _book = fed;
        }
        else if (_book is null || !ReferenceEquals(_checkedAgainst, view))
        {
            // Deleted past this grain, or newer than the feed: the database tells which.
            _book = await store.Find(Id);
            _checkedAgainst = view;
        }

        // Anybody can make up ids; what is not there is not kept.
        if (_book is null)
            _leaving ??= this.LeaveSoon();
        return _book;
    }

    public async Task<Book?> Update(BookDraft draft, int? expectedRevision)
    {
        _book = null;
        _book = await store.Update(Id, draft, expectedRevision);
        await news.Spread(Id);
        return _book;
    }

    public async Task<bool> Delete(int? expectedRevision)
    {
        _book = null;
        var deleted = await store.Delete(Id, expectedRevision);
        await news.Spread(Id);
        DeactivateOnIdle();
        return deleted;
    }

    public async Task<RecommendationList?> Similar(int count)
    {
        if (await Get() is null)
            return null;
        var view = models.Live;
        if (ReferenceEquals(_similarView, view) && _similar?.Items.Count >= count)
            return _similar with { Items = [.. _similar.Items.Take(count)] };
        var anchor = view.Model.Books.IndexOf(Id);
        if (anchor < 0 || view[anchor] is null)
        {
            // Created a moment ago and not in this silo's view yet.
            await models.RefreshBook(Id, CancellationToken.None);
            view = models.Live;
            anchor = view.Model.Books.IndexOf(Id);
            if (anchor < 0 || view[anchor] is null)
                return null;
        }

        var ranked = HybridRanker.Similar(view.Model, anchor, book => book != anchor && view[book] is not null, count);
        _similar = new RecommendationList(
            [.. ranked.Select(r => new Recommendation(view[r.Book]!, r.Score, Explanations.ForSimilar(view, anchor, r)))],
            anchor < view.Model.TrainedBooks ? Strategy.Hybrid : Strategy.Content,
            view.Model.Version);
        _similarView = view;
        return _similar;
    }

    public async Task<ContentEmbedding?> Embedding()
    {
        if (await Get() is not { } book)
            return null;
        var model = models.Live.Model;
        var vector = model.Content.Embed(ServingView.TextOf(book));
        var heaviestFirst = Enumerable.Range(0, vector.Terms.Length).OrderByDescending(i => vector.Weights[i]).ToList();
        return new ContentEmbedding(
            model.Version, [.. heaviestFirst.Select(i => model.Content.TermAt(vector.Terms[i]))], [.. heaviestFirst.Select(i => vector.Weights[i])]);
    }
}
