using System.Collections.Concurrent;

namespace BookRec.Hosting;

/// <summary>What may be asked for again and can always be made anew; all of it is forgotten when there is too much. Thread-safe.</summary>
/// <param name="most">How much is kept at once.</param>
public sealed class Remembered<TKey, TValue>(int most, IEqualityComparer<TKey>? comparer = null)
    where TKey : notnull
{
    private readonly ConcurrentDictionary<TKey, TValue> _values = new(comparer);

    public TValue? Find(TKey key) => _values.GetValueOrDefault(key);

    public TValue FindOrMake(TKey key, Func<TKey, TValue> make)
    {
        if (!_values.TryGetValue(key, out var value))
            Keep(key, value = make(key));
        return value;
    }

    public void Keep(TKey key, TValue value)
    {
        if (_values.Count >= most)
            _values.Clear();
        _values[key] = value;
    }

    /// <summary>Unless another value has taken its place.</summary>
    public void Forget(TKey key, TValue value) => _values.TryRemove(KeyValuePair.Create(key, value));
}
