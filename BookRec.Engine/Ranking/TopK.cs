using System.Numerics;
using System.Runtime.InteropServices;
using BookRec.Engine.Data;

namespace BookRec.Engine.Ranking;

/// <summary>
/// The best few of many scores: a bounded heap with the worst on top, behind a vector comparison that passes most scores over.
/// </summary>
public static class TopK
{
    /// <param name="scores">By book index; −∞ and NaN are never taken.</param>
    /// <param name="books">Ids for ties: the smaller goes first.</param>
    /// <param name="isCandidate">Asked only for books that would be in the list so far; null for all.</param>
    /// <param name="count">At least 0.</param>
    /// <returns>At most so many book indices, best first.</returns>
    public static int[] Select(ReadOnlySpan<float> scores, Vocabulary books, Func<int, bool>? isCandidate, int count)
    {
        ArgumentNullException.ThrowIfNull(books);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        var heap = new Heap(books, Math.Min(count, scores.Length));
        if (heap.Capacity == 0)
        {
            return [];
        }

        var book = 0;
        foreach (var block in MemoryMarshal.Cast<float, Vector<float>>(scores))
        {
            if (heap.IsFull && !Vector.GreaterThanOrEqualAny(block, new Vector<float>(heap.Worst)))
            {
                book += Vector<float>.Count;
                continue;
            }

            for (var end = book + Vector<float>.Count; book < end; book++)
            {
                Offer(ref heap, book, scores[book], isCandidate);
            }
        }

        for (; book < scores.Length; book++)
        {
            Offer(ref heap, book, scores[book], isCandidate);
        }

        return heap.BestFirst();
    }

    static void Offer(ref Heap heap, int book, float score, Func<int, bool>? isCandidate)
    {
        if (score > float.NegativeInfinity && heap.Admits(book, score) && (isCandidate is null || isCandidate(book)))
        {
            heap.Push(book, score);
        }
    }

    struct Heap(Vocabulary books, int capacity)
    {
        readonly (float Score, int Book)[] _entries = new (float, int)[capacity];
        int _count;

        public readonly int Capacity => _entries.Length;

        public readonly bool IsFull => _count == _entries.Length;

        public readonly float Worst => _entries[0].Score;

        public readonly bool Admits(int book, float score) => !IsFull || IsWorse(_entries[0], (score, book));

        public void Push(int book, float score)
        {
            if (IsFull)
            {
                _entries[0] = (score, book);
                SiftDown();
            }
            else
            {
                _entries[_count] = (score, book);
                SiftUp(_count++);
            }
        }

        public readonly int[] BestFirst()
        {
            var books1 = books;
            var best = _entries.AsSpan(0, _count).ToArray();
            Array.Sort(best, (a, b) => a.Score != b.Score ? b.Score.CompareTo(a.Score) : books1.IdAt(a.Book).CompareTo(books1.IdAt(b.Book)));
            return Array.ConvertAll(best, entry => entry.Book);
        }

        readonly bool IsWorse((float Score, int Book) a, (float Score, int Book) b)
            => a.Score != b.Score ? a.Score < b.Score : books.IdAt(a.Book) > books.IdAt(b.Book);

        readonly void SiftUp(int at)
        {
            for (var parent = (at - 1) / 2; at > 0 && IsWorse(_entries[at], _entries[parent]); at = parent, parent = (at - 1) / 2)
            {
                (_entries[at], _entries[parent]) = (_entries[parent], _entries[at]);
            }
        }

        readonly void SiftDown()
        {
            for (var at = 0; ;)
            {
                var worst = at;
                for (var child = (2 * at) + 1; child <= (2 * at) + 2 && child < _count; child++)
                {
                    worst = IsWorse(_entries[child], _entries[worst]) ? child : worst;
                }

                if (worst == at)
                {
                    return;
                }

                (_entries[at], _entries[worst]) = (_entries[worst], _entries[at]);
                at = worst;
            }
        }
    }
}
