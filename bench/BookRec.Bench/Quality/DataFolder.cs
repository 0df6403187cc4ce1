using System.Globalization;
using System.IO.Compression;
using BookRec.Engine.Content;
using BookRec.Engine.Data;
using Sylvan.Data.Csv;

namespace BookRec.Bench.Quality;

/// <summary>
/// A data set as two files: <c>books.csv.gz</c> (id, and where there are any title, authors, year, tags, description) and
/// <c>interactions.csv.gz</c> (user, book, and where the source fixes it split). Every interaction counts as positive, once.
/// </summary>
/// <param name="Texts">By book index.</param>
/// <param name="FixedSplit">Of the split column, if there is one.</param>
sealed record DataFolder(
    string Name, Vocabulary Users, Vocabulary Books, IReadOnlyList<BookText> Texts, InteractionMatrix Interactions, Split? FixedSplit)
{
    const string TestPart = "test";

    public static DataFolder Read(DirectoryInfo folder)
    {
        var books = ReadBooks(Path.Combine(folder.FullName, "books.csv.gz"));
        var interactions = ReadInteractions(Path.Combine(folder.FullName, "interactions.csv.gz"));

        // Interactions may name books that have no row of their own, and the other way round.
        var bookIds = new Vocabulary([.. books.Keys.Union(interactions.Select(i => i.Book)).Order()]);
        var userIds = new Vocabulary([.. interactions.Select(i => i.User).Distinct().Order()]);
        var nothing = new BookText("", [], [], null, null);
        var texts = Enumerable.Range(0, bookIds.Count).Select(index => books.GetValueOrDefault(bookIds.IdAt(index), nothing)).ToArray();
        var all = Matrix(interactions, userIds, bookIds);
        var split = interactions.Exists(i => i.IsTest)
            ? new Split(Matrix(interactions.FindAll(i => !i.IsTest), userIds, bookIds), Matrix(interactions.FindAll(i => i.IsTest), userIds, bookIds))
            : null;
        return new(folder.Name, userIds, bookIds, texts, all, split);
    }

    static Dictionary<long, BookText> ReadBooks(string path)
    {
        using var reader = Open(path);
        var books = new Dictionary<long, BookText>();
        var column = Columns(reader);
        while (reader.Read())
        {
            string Text(string name) => column.TryGetValue(name, out var ordinal) ? reader.GetString(ordinal) : "";
            int? year = int.TryParse(Text("year"), CultureInfo.InvariantCulture, out var parsed) ? parsed : null;
            books[reader.GetInt64(column["id"])] = new(Text("title"), Parts(Text("authors"), ',', ';'), Parts(Text("tags"), ';'), year, Text("description"));
        }

        return books;
    }

    static List<(long User, long Book, bool IsTest)> ReadInteractions(string path)
    {
        using var reader = Open(path);
        var interactions = new List<(long, long, bool)>();
        var column = Columns(reader);
        while (reader.Read())
        {
            var isTest = column.TryGetValue("split", out var ordinal) && reader.GetString(ordinal) == TestPart;
            interactions.Add((reader.GetInt64(column["user"]), reader.GetInt64(column["book"]), isTest));
        }

        return interactions;
    }

    static InteractionMatrix Matrix(List<(long User, long Book, bool IsTest)> interactions, Vocabulary users, Vocabulary books)
    {
        var byUser = interactions.ToLookup(i => users.IndexOf(i.User), i => books.IndexOf(i.Book));
        var builder = new InteractionMatrixBuilder(books.Count);
        for (var user = 0; user < users.Count; user++)
        {
            builder.AddRow([.. byUser[user].Distinct().Select(book => new InteractionEntry(book, 1))]);
        }

        return builder.Build();
    }

    static CsvDataReader Open(string path)
        => CsvDataReader.Create(new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress)), new CsvDataReaderOptions { HasHeaders = true });

    static Dictionary<string, int> Columns(CsvDataReader reader)
        => Enumerable.Range(0, reader.FieldCount).ToDictionary(reader.GetName, ordinal => ordinal, StringComparer.OrdinalIgnoreCase);

    static string[] Parts(string text, params char[] separators)
        => text.Split(separators, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
