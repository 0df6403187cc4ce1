using System.Runtime.InteropServices;

namespace BookRec.Engine.LinearAlgebra;

/// <summary>
/// Scratch floats on a 64-byte boundary, outside the collected heap: a 512-bit load then never crosses a cache line. Owned by one thread.
/// </summary>
sealed unsafe class AlignedBuffer : IDisposable
{
    readonly int _length;
    float* _pointer;

    /// <summary>All zero.</summary>
    public AlignedBuffer(int length)
        : this(length, cleared: true)
    {
    }

    AlignedBuffer(int length, bool cleared)
    {
        _length = length;
        _pointer = (float*)NativeMemory.AlignedAlloc((nuint)Math.Max(length, 1) * sizeof(float), CacheLine.Bytes);
        if (cleared)
        {
            Span.Clear();
        }
    }

    ~AlignedBuffer() => Free();

    /// <summary>Holding anything: whoever writes a page first, perhaps in another thread, gets it from the system.</summary>
    public static AlignedBuffer Uninitialized(int length) => new(length, cleared: false);

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
