namespace BookRec.Engine.Evaluation;

/// <summary>
/// Coverage@K: distinct books in anybody's list of K / books, 0 … 1 (Herlocker et al., 2004; Ge, Delgado-Battenfeld and Jannach, 2010).
/// Filled from several threads.
/// </summary>
public sealed class Coverage(int books)
{
    readonly bool[] _listed = new bool[books];

    // Threads only ever write true, so it does not matter who comes first.
    public void Add(ReadOnlySpan<int> list)
    {
        foreach (var book in list)
        {
            _listed[book] = true;
        }
    }

    public double Share => _listed.Length == 0 ? 0 : _listed.AsSpan().Count(true) / (double)_listed.Length;
}
