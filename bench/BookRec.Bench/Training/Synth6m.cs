using BookRec.Engine.Data;

namespace BookRec.Bench.Training;

/// <summary>
/// The workload synth6m: 50,000 users with log-normal counts, 10,000 items drawn by a shifted Zipf law; the same bytes everywhere. It has
/// no structure to learn and measures speed only.
/// </summary>
static class Synth6m
{
    public const int Users = 50_000;
    public const int Items = 10_000;

    const ulong Seed = 42;
    const int LeastCount = 20;
    const int MostCount = 2000;
    const double Spread = 0.8;

    // ln(120) − 0.8²/2: the mean of the log-normal is then 120.
    static readonly double s_mu = Math.Log(120) - 0.32;

    public static InteractionMatrix Generate()
    {
        var cumulated = new double[Items];
        var sum = 0.0;
        for (var rank = 0; rank < Items; rank++)
        {
            cumulated[rank] = sum += 1.0 / (rank + 1 + 30);
        }

        var builder = new InteractionMatrixBuilder(Items);
        for (var user = 0; user < Users; user++)
        {
            builder.AddRow(Row(user, cumulated));
        }

        var interactions = builder.Build();
        CheckShape(interactions);
        return interactions;
    }

    static InteractionEntry[] Row(int user, double[] cumulated)
    {
        var random = new SplitMix64((Seed * 1_000_003) + (ulong)user);
        random.Next();
        var normal = -6.0;
        for (var i = 0; i < 12; i++)
        {
            normal += random.Uniform();
        }

        var count = Math.Clamp((int)Math.Floor(Math.Exp(s_mu + (Spread * normal))), LeastCount, MostCount);
        var items = new HashSet<int>(count);
        while (items.Count < count)
        {
            var at = Array.BinarySearch(cumulated, random.Uniform() * cumulated[^1]);

            // The smallest rank whose cumulated weight is above the number drawn.
            var rank = at >= 0 ? at + 1 : ~at;
            items.Add(rank * 7919 % Items);
        }

        return [.. items.Select(item => new InteractionEntry(item, 1))];
    }

    /// <summary>The published numbers of the workload: a generator that differs would measure something else.</summary>
    static void CheckShape(InteractionMatrix interactions)
    {
        var (users, items) = (Spread3(interactions), Spread3(interactions.Transpose()));
        if (interactions.Count != 5_963_154 || users != (20, 87, 1943) || items != (88, 227, 21785))
        {
            throw new InvalidOperationException($"synth6m came out as {interactions.Count} interactions, users {users}, items {items}.");
        }
    }

    static (int Min, int Median, int Max) Spread3(InteractionMatrix matrix)
    {
        var counts = Enumerable.Range(0, matrix.Rows).Select(matrix.CountOf).Order().ToArray();
        return (counts[0], counts[counts.Length / 2], counts[^1]);
    }

    struct SplitMix64(ulong state)
    {
        ulong _state = state;

        public ulong Next()
        {
            // One step of the generator is the mix of the state before it.
            var number = SplitKey.Mix(_state);
            _state += 0x9E3779B97F4A7C15;
            return number;
        }

        public double Uniform() => SplitKey.Uniform(Next());
    }
}
