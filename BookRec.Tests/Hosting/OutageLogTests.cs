using BookRec.Hosting.Logging;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace BookRec.Tests.Hosting;

public sealed class OutageLogTests
{
    private const string What = "The database failed";

    private static readonly InvalidOperationException s_failure = new("connection refused");

    private readonly FakeTimeProvider _clock = new();
    private readonly Lines _lines = new();
    private readonly OutageLog _log;

    public OutageLogTests() => _log = new OutageLog(_lines, LogLevel.Error, _clock);

    [Fact]
    public void The_first_failure_is_told_with_its_stack_and_the_others_are_counted_once_a_minute()
    {
        for (var second = 0; second < 130; second++)
        {
            _log.Tell(s_failure, What);
            _log.Tell(s_failure, What);
            _clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(
            [
                (What, s_failure),
                ($"{What}; 120 times since this was last told, now: connection refused", null),
                ($"{What}; 120 times since this was last told, now: connection refused", null),
            ],
            _lines.At(LogLevel.Error));
        Assert.Equal(257, _lines.At(LogLevel.Debug).Count());
        Assert.All(_lines.At(LogLevel.Debug), line => Assert.Equal((What, s_failure), line));
    }

    [Fact]
    public void After_a_minute_without_a_failure_the_next_is_a_first_one()
    {
        _log.Tell(s_failure, What);
        _clock.Advance(TimeSpan.FromSeconds(59));
        _log.Tell(s_failure, What);
        _clock.Advance(TimeSpan.FromSeconds(60));
        _log.Tell(s_failure, What);

        Assert.Equal([(What, s_failure), (What, s_failure)], _lines.At(LogLevel.Error));
    }

    [Fact]
    public async Task Failures_at_the_same_time_are_one_line()
    {
        await Parallel.ForAsync(0, 256, TestContext.Current.CancellationToken, (_, _) =>
        {
            _log.Tell(s_failure, What);
            return ValueTask.CompletedTask;
        });

        Assert.Single(_lines.At(LogLevel.Error));
    }

    private sealed class Lines : ILogger
    {
        private readonly List<(LogLevel Level, string Text, Exception? Failure)> _written = [];

        public IEnumerable<(string Text, Exception? Failure)> At(LogLevel level) => _written.Where(line => line.Level == level).Select(line => (line.Text, line.Failure));

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
            => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (_written)
                _written.Add((logLevel, formatter(state, exception), exception));
        }
    }
}
