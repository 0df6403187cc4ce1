using System.Text.Json.Serialization;

namespace BookRec.Silo.Demo;

/// <summary>A kind of reader: what draws it, 0 (not at all) to 1.</summary>
/// <param name="Share">Of all simulated readers.</param>
public sealed record Taste(
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("genres")] IReadOnlyDictionary<string, double> Genres,
    [property: JsonPropertyName("authors")] IReadOnlyDictionary<string, double> Authors,
    [property: JsonPropertyName("languages")] IReadOnlyDictionary<string, double> Languages,
    [property: JsonPropertyName("share")] double Share);

/// <param name="Id">As in the catalogue file.</param>
public sealed record DemoBook(string Id, IReadOnlyList<string> Authors, string Language, IReadOnlyList<string> Genres);

/// <param name="Rating">1 to 5.</param>
/// <param name="Time">Unix seconds.</param>
public readonly record struct DemoInteraction(int Reader, string Book, int Rating, long Time);

/// <summary>
/// Simulated readers. Each has a main and a side taste and reads without repetition, a book being the likelier the better known it is and
/// the better it fits; ratings follow the fit. A function of its input and the seed alone.
/// </summary>
public static class DemoReaders
{
    private const double AuthorPull = 1.5;
    private const double LanguagePull = 0.4;

    /// <summary>How sharply taste decides: the odds of a book grow with e to this power for each unit of fit.</summary>
    private const double Sharpness = 2.2;

    private const double MainTasteShare = 0.8;
    private const int FewestBooks = 8;
    private const int MostBooks = 90;

    /// <summary>The simulated readers read in the two years before 2026.</summary>
    private const long LastTime = 1767225600;

    private const int SecondsRead = 2 * 365 * 86400;

    public static IEnumerable<DemoInteraction> Simulate(IReadOnlyList<DemoBook> books, IReadOnlyList<Taste> tastes, int readers, int seed)
    {
        var random = new Random(seed);
        var fame = Fame(books.Count, random);
        var fits = tastes.Select(taste => books.Select(book => Fit(taste, book)).ToArray()).ToArray();
        for (var reader = 1; reader <= readers; reader++)
        {
            var (main, side) = (Draw(tastes, random), Draw(tastes, random));
            var count = Math.Clamp((int)Math.Exp(3.2 + (0.6 * Gaussian(random))), FewestBooks, Math.Min(MostBooks, books.Count / 2));

            // Efraimidis and Spirakis (2006): the largest keys u^(1/w) are a weighted sample without replacement.
            var sample = Enumerable.Range(0, books.Count)
                .Select(b => (Book: b, Fit: random.NextDouble() < MainTasteShare ? fits[main][b] : fits[side][b]))
                .Select(b => (b.Book, b.Fit, Key: Math.Log(1 - random.NextDouble()) / (fame[b.Book] * Math.Exp(Sharpness * b.Fit))))
                .OrderByDescending(b => b.Key)
                .Take(count)
                .ToList();
            foreach (var (book, fit, _) in sample)
            {
                var rating = Math.Clamp((int)Math.Round(2.6 + (0.9 * Math.Min(fit, 2)) + (0.9 * Gaussian(random))), 1, 5);
                yield return new DemoInteraction(reader, books[book].Id, rating, LastTime - random.Next(SecondsRead));
            }
        }
    }

    private static double Fit(Taste taste, DemoBook book)
        => book.Genres.Sum(g => taste.Genres.GetValueOrDefault(g))
            + (AuthorPull * book.Authors.Sum(a => taste.Authors.GetValueOrDefault(a)))
            + (LanguagePull * taste.Languages.GetValueOrDefault(book.Language));

    /// <summary>Few books are known to everybody and most to few (Zipf with exponent 0.7), whichever they are.</summary>
    private static double[] Fame(int books, Random random)
    {
        var ranks = Enumerable.Range(0, books).ToArray();
        random.Shuffle(ranks);
        return [.. ranks.Select(rank => Math.Pow(rank + 5, -0.7))];
    }

    private static int Draw(IReadOnlyList<Taste> tastes, Random random)
    {
        var left = random.NextDouble() * tastes.Sum(t => t.Share);
        for (var i = 0; i < tastes.Count - 1; i++)
            if ((left -= tastes[i].Share) < 0)
                return i;
        return tastes.Count - 1;
    }

    /// <summary>Box and Muller (1958).</summary>
    private static double Gaussian(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
