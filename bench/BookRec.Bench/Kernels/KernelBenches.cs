using BenchmarkDotNet.Attributes;
using BookRec.Engine.Data;
using BookRec.Engine.Factorization;
using BookRec.Engine.LinearAlgebra;
using BookRec.Engine.Ranking;

namespace BookRec.Bench.Kernels;

/// <summary>The inner loops by themselves, beside the plainest code that does the same.</summary>
public unsafe class KernelBenches : IDisposable
{
    const int Depth = 128;
    const int Books = 10_000;
    const int Wanted = 10;

    readonly AlignedBuffer _panel = new(Depth * AlsOptions.MaximumFactors);
    AlignedBuffer _a = new(0);
    AlignedBuffer _b = new(0);
    AlignedBuffer _systems = new(0);
    AlignedBuffer _rightSides = new(0);
    CholeskyBatch _batch = new(0);
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
        _batch = new(Factors);
        (_systems, _rightSides) = (new(CholeskyBatch.Systems * _batch.MatrixStride), new(CholeskyBatch.Systems * Factors));
        for (var system = 0; system < CholeskyBatch.Systems; system++)
        {
            for (var i = 0; i < Factors; i++)
            {
                _systems.Pointer[(system * _batch.MatrixStride) + SymmetricRankK.OffsetOfCyclic(Factors, i, i)] = 2;
            }
        }

        _books = AlsTrainer.InitialFactors(Books, new() { Factors = Factors });
        _books.Values[..(Depth * Factors)].CopyTo(_panel.Span);
        (_vector, _scores) = (_books.Row(0).ToArray(), new float[Books]);
        _ids = new([.. Enumerable.Range(0, Books).Select(i => (long)i)]);
    }

    [Benchmark]
    public void SymmetricRank128Update() => SymmetricRankK.Add(_a.Pointer, _panel.Pointer, Factors, Depth);

    [Benchmark]
    public void SymmetricRank128UpdateInCyclicForm()
        => SymmetricRankK.AddCyclic(_a.Pointer, _a.Pointer, _panel.Pointer, Factors, Depth, default);

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

    [Benchmark(OperationsPerInvoke = CholeskyBatch.Systems)]
    public bool CholeskyAndSolveInABatch()
    {
        Span<float> gains = stackalloc float[CholeskyBatch.Systems];
        return _batch.Solve(_systems.Pointer, _rightSides.Pointer, gains);
    }

    [Benchmark]
    public void ScoresOf10000() => MatrixVector.Multiply(_books, _vector, _scores);

    [Benchmark]
    public void ScoresOf10000Plainly()
    {
        for (var book = 0; book < Books; book++)
        {
            var row = _books.Row(book);
            var score = 0f;
            for (var i = 0; i < row.Length; i++)
            {
                score += row[i] * _vector[i];
            }

            _scores[book] = score;
        }
    }

    [Benchmark]
    public int[] Top10Of10000() => TopK.Select(_scores, _ids, null, Wanted);

    public void Dispose()
    {
        _panel.Dispose();
        _a.Dispose();
        _b.Dispose();
        _systems.Dispose();
        _rightSides.Dispose();
        _batch.Dispose();
        GC.SuppressFinalize(this);
    }
}
