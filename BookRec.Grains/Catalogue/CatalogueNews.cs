using BookRec.Grains.Models;
using Microsoft.Extensions.Logging;

namespace BookRec.Grains.Catalogue;

/// <summary>Tells every silo's ranking that a book was added, changed or deleted.</summary>
public sealed class CatalogueNews(ModelHosts hosts, ILogger<CatalogueNews> log)
{
    /// <summary>Returns when every silo that answers knows; one that does not answer learns of it from the catalogue feed.</summary>
    public async Task Spread(long bookId)
    {
        foreach (var answer in await hosts.Ask(host => host.RefreshBook(bookId)))
            if (answer.Failure is not null)
                log.LogWarning(answer.Failure, "Silo {Silo} was not told of book {BookId}; the catalogue feed will", answer.Silo, bookId);
    }
}
