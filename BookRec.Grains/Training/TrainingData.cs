using BookRec.Engine.Content;
using BookRec.Engine.Data;
using BookRec.Grains.Options;
using BookRec.Grains.Readers;
using BookRec.Storage.Catalogue;
using BookRec.Storage.Interactions;

namespace BookRec.Grains.Training;

/// <summary>What a model is made from: readers × books with positive preferences only, and what is written about each book.</summary>
/// <param name="Readers">The readers' internal numbers.</param>
/// <param name="Texts">By book index.</param>
public sealed record TrainingData(Vocabulary Readers, Vocabulary Books, InteractionMatrix Preferences, IReadOnlyList<BookText> Texts);

/// <summary>Reads the catalogue and all interactions; the interactions are streamed and folded reader by reader.</summary>
public sealed class TrainingDataLoader(BookStore books, InteractionStore interactions)
{
    public async Task<TrainingData> Load(InteractionOptions weights, CancellationToken cancellationToken)
    {
        var catalogue = new List<(long Id, BookText Text)>();
        foreach (var change in (await books.Changes(null, cancellationToken)).Changes)
            if (change.Book is { } book)
                catalogue.Add((book.Id, Models.ServingView.TextOf(book)));
        catalogue.Sort((a, b) => a.Id.CompareTo(b.Id));
        var vocabulary = new Vocabulary([.. catalogue.Select(b => b.Id)]);

        var readers = new List<long>();
        var rows = new InteractionMatrixBuilder(vocabulary.Count);
        var reader = new ReaderFold(weights);
        await foreach (var interaction in interactions.TrainingFeed(cancellationToken))
        {
            if (interaction.Reader != reader.Number)
            {
                Finish(reader, readers, rows);
                reader.Begin(interaction.Reader);
            }

            if (vocabulary.IndexOf(interaction.BookId) is var index and >= 0)
                reader.Add(index, interaction);
        }

        Finish(reader, readers, rows);
        return new TrainingData(new Vocabulary(readers), vocabulary, rows.Build(), [.. catalogue.Select(b => b.Text)]);
    }

    /// <summary>A reader who likes nothing teaches nothing and gets no row.</summary>
    private static void Finish(ReaderFold reader, List<long> readers, InteractionMatrixBuilder rows)
    {
        var entries = reader.Positives();
        if (entries.Length == 0)
            return;
        readers.Add(reader.Number!.Value);
        rows.AddRow(entries);
    }

    /// <summary>One reader's preferences while the feed passes by.</summary>
    private sealed class ReaderFold(InteractionOptions weights)
    {
        private readonly Dictionary<int, (Preference Preference, int Day)> _books = [];

        public long? Number { get; private set; }

        public void Begin(long number)
        {
            Number = number;
            _books.Clear();
        }

        public void Add(int book, TrainingInteraction interaction)
        {
            var (preference, day) = _books.GetValueOrDefault(book);
            _books[book] = (preference.After(interaction.Type, interaction.Rating, weights), Math.Max(day, interaction.Day));
        }

        public InteractionEntry[] Positives()
            => [.. from book in _books where book.Value.Preference.Weight > 0 select new InteractionEntry(book.Key, book.Value.Preference.Weight, book.Value.Day)];
    }
}
