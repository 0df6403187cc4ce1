using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace BookRec.Engine.LinearAlgebra;

/// <summary>What memory comes in.</summary>
static unsafe class CacheLine
{
    public const int Bytes = 64;
    public const int Floats = Bytes / sizeof(float);

    // The machine fetches what follows by itself.
    const int FirstBytes = 8 * Bytes;

    /// <summary>Asks for the beginning of values that will be read soon.</summary>
    public static void Prefetch<T>(ReadOnlySpan<T> values)
        where T : unmanaged
    {
        if (!Sse.IsSupported)
        {
            return;
        }

        var bytes = MemoryMarshal.AsBytes(values);
        for (var i = 0; i < Math.Min(bytes.Length, FirstBytes); i += Bytes)
        {
            Sse.Prefetch1(Unsafe.AsPointer(in bytes[i]));
        }
    }
}
