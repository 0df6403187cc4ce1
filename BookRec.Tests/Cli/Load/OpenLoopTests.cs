using BookRec.Cli.Load;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace BookRec.Tests.Cli.Load;

/// <summary>The load generator against servers whose latency is known.</summary>
public sealed class OpenLoopTests
{
    static readonly TimeSpan Duration = TimeSpan.FromSeconds(3);
    static readonly TimeSpan Stall = TimeSpan.FromSeconds(1.5);

    [Fact]
    public async Task A_stall_is_charged_with_everybody_who_would_have_come_meanwhile()
    {
        await using var server = await StallingServer.Start();
        using var http = new HttpClient { BaseAddress = server.Url };
        var figures = new LoadFigures(100, TimeSpan.Zero);

        await OpenLoop.Run([new Phase(100, Duration)], Ask, figures.Add, TestContext.Current.CancellationToken);

        // Half of all were due during the stall, evenly spread, so a tenth of all waited longer than four fifths of it.
        Assert.Equal((300, 0), (figures.Answered, figures.Failed));
        Assert.True(figures.Latency(90) >= 0.75 * Stall, $"p90 is {figures.Latency(90)}");

        async Task<Outcome> Ask(long number, CancellationToken cancellation)
        {
            using var answer = await http.GetAsync("", cancellation);
            return new("get");
        }
    }

    [Fact]
    public async Task Every_request_of_every_phase_is_sent_and_belongs_to_it()
    {
        var answers = new List<Answer>();

        await OpenLoop.Run(
            [new Phase(200, TimeSpan.FromSeconds(0.5)), new Phase(40, TimeSpan.FromSeconds(0.5))],
            (number, _) => number % 10 == 0 ? throw new InvalidOperationException("tenth") : Task.FromResult(new Outcome(number % 10 == 5 ? "refused" : "ask", number % 10 == 5 ? "fifth" : null)),
            answer =>
            {
                lock (answers)
                    answers.Add(answer);
            },
            TestContext.Current.CancellationToken);

        Assert.Equal(100, answers.Count(answer => answer.DueAt < TimeSpan.FromSeconds(0.5)));
        Assert.Equal(20, answers.Count(answer => answer.DueAt >= TimeSpan.FromSeconds(0.5)));
        Assert.Equal(12, answers.Count(answer => answer.Failure == "tenth"));
        Assert.Equal(12, answers.Count(answer => answer is { Kind: "refused", Failure: "fifth" }));
        Assert.All(answers, answer => Assert.True(answer.Latency >= TimeSpan.Zero));
    }

    [Fact]
    public void Well_again_means_that_no_second_after_it_was_bad()
    {
        var figures = new LoadFigures(10, TimeSpan.FromSeconds(60));
        for (var second = 0; second < 6; second++)
        {
            for (var i = 0; i < 10; i++)
                figures.Add(new Answer("ask", TimeSpan.FromSeconds(60 + second + (i * 0.1)), second is 0 ? TimeSpan.FromSeconds(2) : TimeSpan.FromMilliseconds(100), second is 2 ? "refused" : null));
        }

        Assert.Equal(3, figures.HealthyFrom());

        // Four seconds of ten, until the last answer.
        Assert.Equal(40 / 6.0, figures.Goodput, 1e-9);
    }

    /// <summary>Answers at once, except that from the fiftieth request on it answers nobody for a while.</summary>
    sealed class StallingServer(WebApplication app) : IAsyncDisposable
    {
        const int Healthy = 50;

        readonly TaskCompletionSource stall = new(TaskCreationOptions.RunContinuationsAsynchronously);
        int asked;

        public Uri Url => new(app.Urls.Single());

        public static async Task<StallingServer> Start()
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            var app = builder.Build();
            var server = new StallingServer(app);
            app.MapGet("/", server.Answer);
            await app.StartAsync(TestContext.Current.CancellationToken);
            return server;
        }

        public ValueTask DisposeAsync() => app.DisposeAsync();

        async Task<string> Answer()
        {
            var number = Interlocked.Increment(ref asked);
            if (number == Healthy)
                _ = Task.Delay(Stall).ContinueWith(_ => stall.SetResult(), TaskScheduler.Default);
            if (number >= Healthy)
                await stall.Task;
            return "answer";
        }
    }
}
