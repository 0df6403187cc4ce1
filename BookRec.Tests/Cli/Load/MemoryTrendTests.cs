using BookRec.Cli.Load;

namespace BookRec.Tests.Cli.Load;

public sealed class MemoryTrendTests
{
    [Fact]
    public void Growth_counts_from_half_of_the_time()
    {
        // A minute of warming up, then two megabytes a minute, with a jolt that is no trend.
        var samples = Enumerable.Range(0, 21).Select(i => new MemorySample(TimeSpan.FromMinutes(i / 2.0), (i < 2 ? 100 : 300) * 1_000_000L + (i * 1_000_000L) + (i % 2 * 10_000)));

        var trend = MemoryTrend.Of([.. samples]);

        Assert.Equal((100_000_000, 310_000_000, 320_000_000, 320_000_000), (trend.First, trend.Half, trend.Last, trend.Largest));
        Assert.Equal(2_000_000, trend.BytesPerMinute, 20_000.0);
    }

    [Fact]
    public void One_look_shows_no_growth()
        => Assert.Equal(new MemoryTrend(5, 5, 5, 5, 0), MemoryTrend.Of([new(TimeSpan.Zero, 5)]));
}
