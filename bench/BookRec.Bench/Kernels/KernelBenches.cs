using BenchmarkDotNet.Attributes;
using BookRec.Engine.Data;
using BookRec.Engine.Factorization;
using BookRec.Engine.LinearAlgebra;
using BookRec.Engine.Ranking;

namespace BookRec.Bench.Kernels;

/// <summary>The inner loops by themselves, beside the plainest code that does the same.</summary>
[InProcess]
public unsafe class KernelBenches : IDisposable
{
    const int Depth = 128;
    const int Books = 10_000;
    const int Wanted = 10;

    readonly AlignedBuffer _panel = new(Depth * AlsOptions.MaximumFactors);
    AlignedBuffer _a = new(0);
    AlignedBuffer _b = new(0);
    FactorMatrix _books = new(0, 0);
    float[] _vector = [];
    float[] _scores = [];
    Vocabulary _ids = new([]);

    /// <summary>A multiple of 16.</summary>
    [Params(64, 128, 512)]
    public int Factors { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        (_a, _b) = (new(Factors * Factors), new(Factors));
        _books = AlsTrainer.InitialFactors(Books, new() { Factors = Factors });
        _books.Values[..(Depth * Factors)].CopyTo(_panel.Span);
        (_vector, _scores) = (_books.Row(0).ToArray(), new float[Books]);
        _ids = new([.. Enumerable.Range(0, Books).Select(i => (long)i)]);
    }

    [Benchmark]
    public void SymmetricRank128Update() => SymmetricRankK.Add(_a.Pointer, _panel.Pointer, Factors, Depth);

    [Benchmark]
    public void SymmetricRank128UpdatePlainly()
    {
        for (var k = 0; k < Depth; k++)
        {
            for (var i = 0; i < Factors; i++)
            {
                for (var j = i; j < Factors; j++)
                {
                    _a.Pointer[(i * Factors) + j] += _panel.Pointer[(k * Factors) + i] * _panel.Pointer[(k * Factors) + j];
                }
            }
        }
    }

    [Benchmark]
    public bool CholeskyAndSolve()
    {
        _a.Span.Clear();
        for (var i = 0; i < Factors; i++)
        {
            _a.Pointer[(i * Factors) + i] = 2;
        }

        var positive = Cholesky.Factor(_a.Pointer, Factors, Factors);
        Cholesky.Solve(_a.Pointer, Factors, Factors, _b.Pointer);
        return positive;
    }

    [Benchmark]
    public void ScoresOf10000() => MatrixVector.Multiply(_books, _vector, _scores);

    [Benchmark]
    public int[] Top10Of10000() => TopK.Select(_scores, _ids, null, Wanted);

    public void Dispose()
    {
        _panel.Dispose();
        _a.Dispose();
        _b.Dispose();
        GC.SuppressFinalize(this);
    }
}
