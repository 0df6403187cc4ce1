using System.Globalization;
using System.Text;
using BookRec.Client.Imports;

namespace BookRec.Bench.Serving;

/// <summary>Books and readers with tastes, the same at every run: enough structure for a model to pass the gate.</summary>
static class SyntheticLibrary
{
    public const int Books = 10_000;

    const int Readers = 4_000;
    const int Genres = 50;
    const int BooksPerReader = 40;
    const int Seed = 42;

    /// <summary>Share of a reader's books that are of the two genres the reader likes.</summary>
    const double Loyalty = 0.8;

    /// <summary>Words of titles and descriptions; the r-th is used in proportion to 1/(r + 10).</summary>
    const int Vocabulary = 20_000;

    const int WordsInTitle = 4;
    const int WordsInDescription = 30;

    static readonly double[] WordShares = Cumulate(Enumerable.Range(0, Vocabulary).Select(rank => 1.0 / (rank + 10)));

    public static IReadOnlyList<ImportFile> Files() => [File("books.csv", WriteBooks), File("interactions.csv", WriteInteractions)];

    static void WriteBooks(StringBuilder text)
    {
        var random = new Random(Seed);
        text.Append("id,title,authors,year,language,tags,description\n");
        for (var book = 0; book < Books; book++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{book + 1},{Words(WordsInTitle, random)} {book},Author {book % 1500},{1900 + (book % 120)},en,genre {book % Genres},")
                .Append(Words(WordsInDescription, random)).Append('\n');
        }
    }

    static void WriteInteractions(StringBuilder text)
    {
        var random = new Random(Seed + 1);
        text.Append("user,book,rating,timestamp\n");
        for (var reader = 0; reader < Readers; reader++)
        {
            int[] liked = [random.Next(Genres), random.Next(Genres)];
            var read = new HashSet<int>();
            while (read.Count < BooksPerReader)
            {
                // Few books are read by many.
                var rank = (int)(Books / Genres * Math.Pow(random.NextDouble(), 2));
                var genre = random.NextDouble() < Loyalty ? liked[random.Next(2)] : random.Next(Genres);
                if (read.Add((rank * Genres) + genre))
                    text.Append(CultureInfo.InvariantCulture, $"{reader + 1},{(rank * Genres) + genre + 1},5,{1_600_000_000 + (reader * 1000) + read.Count}\n");
            }
        }
    }

    static ImportFile File(string name, Action<StringBuilder> write)
    {
        var text = new StringBuilder();
        write(text);
        var bytes = Encoding.UTF8.GetBytes(text.ToString());
        return new ImportFile(name, bytes.Length, () => new MemoryStream(bytes));
    }

    static string Words(int count, Random random) => string.Join(' ', Enumerable.Range(0, count).Select(_ => Word(random.NextDouble() * WordShares[^1])));

    /// <summary>The word at a point of the cumulated shares, spelled in syllables.</summary>
    static string Word(double at)
    {
        const string consonants = "bdfgklmnprst";
        const string vowels = "aeiou";
        var rank = ~Array.BinarySearch(WordShares, at) is var next and >= 0 ? next : 0;
        var word = new StringBuilder();
        for (var rest = rank + Vocabulary; rest > 0; rest /= consonants.Length * vowels.Length)
            word.Append(consonants[rest % consonants.Length]).Append(vowels[rest / consonants.Length % vowels.Length]);
        return word.ToString();
    }

    static double[] Cumulate(IEnumerable<double> shares)
    {
        var sum = 0.0;
        return [.. shares.Select(share => sum += share)];
    }
}
