using BookRec.Grains.Interfaces;
using BookRec.Grains.Interfaces.Catalogue;
using BookRec.Storage.Catalogue;
using Orleans.Concurrency;

namespace BookRec.Grains.Catalogue;

/// <summary>Owns nothing; forwards search and creation to the database, and news of a creation to every silo.</summary>
[StatelessWorker]
public sealed class CatalogGrain(BookStore store, CatalogueNews news) : Grain, ICatalogGrain
{
    public Task<Page<Book>> Search(BookQuery query, PageRequest page) => store.Search(query, page);

    public async Task<Book> Create(BookDraft draft)
    {
        var book = await store.Create(draft);
        await news.Spread(book.Id);
        return book;
    }
}
