using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace BookRec.Tests.Support;

/// <summary>Files of our own import format, the same at every call.</summary>
public static class SampleFiles
{
    public const string BooksHeader = "id,title,authors,year,language,tags\n";
    public const string InteractionsHeader = "user,book,rating,timestamp\n";

    /// <summary>Readers with ratings of different books each; no row is wrong.</summary>
    /// <param name="each">Ratings a reader, at most <paramref name="books"/>.</param>
    public static (string Books, string Interactions) Clean(int books, int readers, int each)
    {
        var (catalogue, ratings) = (new StringBuilder(BooksHeader), new StringBuilder(InteractionsHeader));
        for (var b = 1; b <= books; b++)
            catalogue.Append(CultureInfo.InvariantCulture, $"{b},Sample Book {b},Author {b % 7},{1900 + (b % 120)},en,{(b % 2 == 0 ? "fantasy" : "poetry")}\n");
        for (var r = 0; r < readers; r++)
        {
            for (var i = 0; i < each; i++)
                ratings.Append(CultureInfo.InvariantCulture, $"{r},{(((r * 3) + i) % books) + 1},{((r + i) % 5) + 1},{1_600_000_000 + (r * 100) + i}\n");
        }

        return (catalogue.ToString(), ratings.ToString());
    }

    public static byte[] Gzip(string text)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
            gzip.Write(Encoding.UTF8.GetBytes(text));
        return packed.ToArray();
    }
}
