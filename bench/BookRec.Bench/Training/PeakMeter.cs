using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace BookRec.Bench.Training;

/// <summary>
/// The machine's peak in single precision: fused multiply-adds on registers alone, enough of them independent that none waits.
/// </summary>
static class PeakMeter
{
    const int Steps = 20_000_000;
    const int Chains = 12;

    /// <returns>GFLOP/s of so many threads together: the best of three short runs, of the widest vectors that pay.</returns>
    public static double Measure(int threads)
    {
        var best = 0.0;
        for (var run = 0; run < 3; run++)
        {
            best = Math.Max(best, Run(threads, Vector256<float>.Count, Narrow));
            best = Vector512.IsHardwareAccelerated ? Math.Max(best, Run(threads, Vector512<float>.Count, Wide)) : best;
        }

        return best;
    }

    static double Run(int threads, int lanes, Func<float, float> kernel)
    {
        // Compiled before the clock starts.
        kernel(1);
        using var barrier = new Barrier(threads);
        var seconds = new double[threads];
        var workers = Enumerable.Range(0, threads).Select(thread => new Thread(() =>
        {
            barrier.SignalAndWait();
            var start = Stopwatch.GetTimestamp();
            kernel(thread);
            seconds[thread] = Stopwatch.GetElapsedTime(start).TotalSeconds;
        })).ToArray();
        foreach (var worker in workers)
        {
            worker.Start();
        }

        foreach (var worker in workers)
        {
            worker.Join();
        }

        return 2.0 * Steps * Chains * lanes * threads / seconds.Max() / 1e9;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static float Wide(float start)
    {
        Vector512<float> factor = Vector512.Create(0.999f), term = Vector512.Create(1e-3f);
        Vector512<float> a = Vector512.Create(start), b = a, c = a, d = a, e = a, f = a, g = a, h = a, i = a, j = a, k = a, l = a;
        for (var step = 0; step < Steps; step++)
        {
            a = Vector512.FusedMultiplyAdd(a, factor, term);
            b = Vector512.FusedMultiplyAdd(b, factor, term);
            c = Vector512.FusedMultiplyAdd(c, factor, term);
            d = Vector512.FusedMultiplyAdd(d, factor, term);
            e = Vector512.FusedMultiplyAdd(e, factor, term);
            f = Vector512.FusedMultiplyAdd(f, factor, term);
            g = Vector512.FusedMultiplyAdd(g, factor, term);
            h = Vector512.FusedMultiplyAdd(h, factor, term);
            i = Vector512.FusedMultiplyAdd(i, factor, term);
            j = Vector512.FusedMultiplyAdd(j, factor, term);
            k = Vector512.FusedMultiplyAdd(k, factor, term);
            l = Vector512.FusedMultiplyAdd(l, factor, term);
        }

        return Vector512.Sum(a + b + c + d + e + f + g + h + i + j + k + l);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static float Narrow(float start)
    {
        Vector256<float> factor = Vector256.Create(0.999f), term = Vector256.Create(1e-3f);
        Vector256<float> a = Vector256.Create(start), b = a, c = a, d = a, e = a, f = a, g = a, h = a, i = a, j = a, k = a, l = a;
        for (var step = 0; step < Steps; step++)
        {
            a = Vector256.FusedMultiplyAdd(a, factor, term);
            b = Vector256.FusedMultiplyAdd(b, factor, term);
            c = Vector256.FusedMultiplyAdd(c, factor, term);
            d = Vector256.FusedMultiplyAdd(d, factor, term);
            e = Vector256.FusedMultiplyAdd(e, factor, term);
            f = Vector256.FusedMultiplyAdd(f, factor, term);
            g = Vector256.FusedMultiplyAdd(g, factor, term);
            h = Vector256.FusedMultiplyAdd(h, factor, term);
            i = Vector256.FusedMultiplyAdd(i, factor, term);
            j = Vector256.FusedMultiplyAdd(j, factor, term);
            k = Vector256.FusedMultiplyAdd(k, factor, term);
            l = Vector256.FusedMultiplyAdd(l, factor, term);
        }

        return Vector256.Sum(a + b + c + d + e + f + g + h + i + j + k + l);
    }
}
