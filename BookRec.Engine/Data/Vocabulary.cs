namespace BookRec.Engine.Data;

/// <summary>Ids of the outside world ↔ dense indices 0 … Count−1. Immutable, thread-safe.</summary>
public sealed class Vocabulary
{
    /// <param name="ids">Distinct ids; the position of an id is its index.</param>
    public Vocabulary(IReadOnlyList<long> ids) => throw new NotImplementedException();

    public int Count => throw new NotImplementedException();

    public long IdAt(int index) => throw new NotImplementedException();

    /// <returns>The index of the id, or −1 when it is not known.</returns>
    public int IndexOf(long id) => throw new NotImplementedException();
}
