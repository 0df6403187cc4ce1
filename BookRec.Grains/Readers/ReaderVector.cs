using BookRec.Engine.Factorization;
using BookRec.Engine.Ranking;
using BookRec.Grains.Models;

namespace BookRec.Grains.Readers;

/// <summary>
/// A reader under one serving view: the signals in the model's indices and the ALS vector folded in from them. Tagged with what it was
/// solved from; solved again as soon as the history or the view moves on.
/// </summary>
public sealed class ReaderVector
{
    private ServingView? _view;

    public ReaderProfile Profile { get; private set; } = null!;

    /// <summary>Call when the history changed.</summary>
    public void Invalidate() => _view = null;

    /// <summary>Solves the reader if need be.</summary>
    /// <returns>True when it had to be solved.</returns>
    public bool Solve(ReaderHistory history, ServingView view)
    {
        if (ReferenceEquals(_view, view))
            return false;
        var signals = new List<Signal>(history.Preferences.Count);
        foreach (var (bookId, preference) in history.Preferences)
            if (view.Model.Books.IndexOf(bookId) is var index and >= 0)
                signals.Add(new Signal(index, preference.Weight));
        signals.Sort((a, b) => a.Book.CompareTo(b.Book));
        Profile = new ReaderProfile(signals, FoldIn.Solve(view.Model, signals));
        _view = view;
        BookRecMetrics.FoldedIn();
        return true;
    }
}
