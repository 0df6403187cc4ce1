using System.Runtime.InteropServices;

namespace BookRec.Engine.LinearAlgebra;

/// <summary>
/// Scratch floats on a 64-byte boundary, outside the collected heap: a 512-bit load then never crosses a cache line. Owned by one thread.
/// </summary>
sealed unsafe class AlignedBuffer : IDisposable
{
    const int CacheLineBytes = 64;

    readonly int _length;
    float* _pointer;

    /// <summary>All zero.</summary>
    public AlignedBuffer(int length)
    {
        _length = length;
        _pointer = (float*)NativeMemory.AlignedAlloc((nuint)Math.Max(length, 1) * sizeof(float), CacheLineBytes);
        Span.Clear();
    }

    ~AlignedBuffer() => Free();

    public float* Pointer => _pointer;

    public Span<float> Span => new(_pointer, _length);

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    void Free()
    {
        NativeMemory.AlignedFree(_pointer);
        _pointer = null;
    }
}
