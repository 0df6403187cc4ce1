using System.Collections.Concurrent;

namespace BookRec.Engine.Content;

/// <summary>
/// Scratch arrays of zeros. Whoever takes one puts back to zero what was set: a few hundred numbers, where clearing all would be as much
/// work as what the array is for. Thread-safe; there are as many as were ever in use at once.
/// </summary>
sealed class ZeroedArrays(int length)
{
    readonly ConcurrentBag<float[]> _free = [];

    public float[] Take() => _free.TryTake(out var array) ? array : new float[length];

    /// <param name="array">All zero again.</param>
    public void Return(float[] array) => _free.Add(array);
}
