using BookRec.Grains.Interfaces.Readers;
using BookRec.Grains.Options;

namespace BookRec.Grains.Readers;

/// <summary>
/// What is known of one reader: every interaction in the order it happened, and from them what the reader thinks of each book.
/// Any interaction makes a book seen.
/// </summary>
public sealed class ReaderHistory(InteractionOptions weights)
{
    private readonly SortedSet<Interaction> _interactions = new(ByTime);
    private readonly Dictionary<long, Preference> _preferences = [];

    /// <summary>Oldest first; those without a time come first, ties in the order they were stored.</summary>
    private static readonly Comparer<Interaction> ByTime = Comparer<Interaction>.Create((a, b) =>
        Nullable.Compare(a.OccurredAt, b.OccurredAt) is var byTime and not 0 ? byTime : a.Id.CompareTo(b.Id));

    /// <summary>What the reader thinks of each book seen.</summary>
    public IReadOnlyDictionary<long, Preference> Preferences => _preferences;

    public void Add(Interaction interaction)
    {
        if (!_interactions.Add(interaction))
            return;
        if (ReferenceEquals(_interactions.Max, interaction))
            Fold(interaction);
        else
            Refold(interaction.BookId);
    }

    /// <returns>False when there is no such interaction.</returns>
    public bool Remove(long interactionId)
    {
        if (_interactions.FirstOrDefault(i => i.Id == interactionId) is not { } found)
            return false;
        _interactions.Remove(found);
        Refold(found.BookId);
        return true;
    }

    private void Refold(long bookId)
    {
        _preferences.Remove(bookId);
        foreach (var interaction in _interactions)
            if (interaction.BookId == bookId)
                Fold(interaction);
    }

    private void Fold(Interaction interaction)
        => _preferences[interaction.BookId] = _preferences.GetValueOrDefault(interaction.BookId).After(interaction.Type, interaction.Rating ?? 0, weights);
}
