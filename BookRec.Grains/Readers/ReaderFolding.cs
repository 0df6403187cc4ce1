using BookRec.Engine.Artifacts;
using BookRec.Engine.Factorization;
using BookRec.Engine.Ranking;

namespace BookRec.Grains.Readers;

/// <summary>A reader in a model's terms: the signals by the model's indices, and the ALS vector folded in from them.</summary>
public static class ReaderFolding
{
    public static ReaderProfile Solve(ReaderHistory history, ModelSnapshot model)
    {
        var signals = new List<Signal>(history.Preferences.Count);
        foreach (var (bookId, preference) in history.Preferences)
            if (model.Books.IndexOf(bookId) is var index and >= 0)
                signals.Add(new Signal(index, preference.Weight));
        signals.Sort((a, b) => a.Book.CompareTo(b.Book));
        BookRecMetrics.FoldedIn();
        return new ReaderProfile(signals, FoldIn.Solve(model, signals));
    }
}
