using System.Collections.Frozen;
using System.Collections.Immutable;

namespace BookRec.Engine.Data;

/// <summary>Ids of the outside world ↔ dense indices 0 … Count−1. Immutable, thread-safe.</summary>
public sealed class Vocabulary
{
    readonly long[] _ids;
    readonly FrozenDictionary<long, int> _indices;

    // Ids appended after the bulk was frozen. Persistent, so that appending one id neither copies nor rehashes the bulk.
    readonly ImmutableList<long> _tailIds;
    readonly ImmutableDictionary<long, int> _tailIndices;

    /// <param name="ids">Distinct ids; the position of an id is its index.</param>
    /// <exception cref="ArgumentException">When an id occurs twice.</exception>
    public Vocabulary(IReadOnlyList<long> ids)
    {
        ArgumentNullException.ThrowIfNull(ids);
        _ids = [.. ids];
        var indices = new Dictionary<long, int>(_ids.Length);
        for (var i = 0; i < _ids.Length; i++)
        {
            if (!indices.TryAdd(_ids[i], i))
            {
                throw new ArgumentException($"Id {_ids[i]} occurs twice.", nameof(ids));
            }
        }

        _indices = indices.ToFrozenDictionary();
        _tailIds = [];
        _tailIndices = ImmutableDictionary<long, int>.Empty;
    }

    Vocabulary(Vocabulary bulk, ImmutableList<long> tailIds, ImmutableDictionary<long, int> tailIndices)
    {
        _ids = bulk._ids;
        _indices = bulk._indices;
        _tailIds = tailIds;
        _tailIndices = tailIndices;
    }

    /// <summary>How many ids there are.</summary>
    public int Count => _ids.Length + _tailIds.Count;

    /// <param name="index">0 … Count−1.</param>
    public long IdAt(int index) => index < _ids.Length ? _ids[index] : _tailIds[index - _ids.Length];

    /// <returns>The index of the id, or −1 when it is not known.</returns>
    public int IndexOf(long id)
        => _indices.TryGetValue(id, out var index) || _tailIndices.TryGetValue(id, out index) ? index : -1;

    /// <summary>The same vocabulary with one id more, at index <see cref="Count"/>; shares everything that is there already.</summary>
    /// <exception cref="ArgumentException">When the id is known.</exception>
    public Vocabulary Append(long id)
        => IndexOf(id) < 0
            ? new(this, _tailIds.Add(id), _tailIndices.Add(id, Count))
            : throw new ArgumentException($"Id {id} is known already.", nameof(id));
}
