using BookRec.Grains.Interfaces.Catalogue;
using BookRec.Tests.Support;

namespace BookRec.Tests.Grains;

public sealed class BookGrainTests(TestPostgres postgres) : GrainClusterTests(postgres, silos: 1)
{
    [Fact]
    public async Task A_book_has_a_place_in_the_content_space_of_the_model_in_use_from_its_creation_to_its_end()
    {
        await Registry.Release(await Stored("v1"));
        var draft = new BookDraft("Dragon and quetzalcoatl", ["Author 3"], Genres: ["genre 1"]);
        var created = await Cluster.Grains.GetGrain<ICatalogGrain>(0).Create(draft);
        var book = Cluster.Grains.GetGrain<IBookGrain>(created.Id);

        // The model has never seen the book, and has no word for a quetzalcoatl. An author says more than a word of the title.
        var embedding = (await book.Embedding())!;
        Assert.Equal("v1", embedding.ModelVersion);
        Assert.Equal("author:Author 3", embedding.Terms[0]);
        Assert.Equal(["author:Author 3", "dragon", "genre:genre 1"], embedding.Terms.Order(StringComparer.Ordinal));
        Assert.Equal(embedding.Weights.OrderDescending(), embedding.Weights);
        Assert.Equal(1, embedding.Weights.Sum(weight => weight * weight), 1e-5);

        await book.Update(draft with { Title = "Winter", Authors = [] }, null);
        Assert.Equal(["genre:genre 1", "winter"], (await book.Embedding())!.Terms.Order(StringComparer.Ordinal));

        await book.Delete(null);
        Assert.Null(await book.Embedding());
        Assert.Null(await Cluster.Grains.GetGrain<IBookGrain>(created.Id + 1).Embedding());
    }
}
