using Spectre.Console;
using Spectre.Console.Rendering;

namespace BookRec.Cli.Output;

/// <summary>Tells how far a piece of work is.</summary>
/// <param name="fraction">0 to 1.</param>
/// <param name="detail">What the bar cannot say: amounts, speed, stage.</param>
public delegate void ProgressUpdate(double fraction, string detail);

/// <summary>Shows work under way: a live bar in a terminal, a line now and then elsewhere.</summary>
public static class ProgressDisplay
{
    public static Task<T> Show<T>(CliEnvironment environment, string what, Func<ProgressUpdate, Task<T>> work)
    {
        ArgumentNullException.ThrowIfNull(environment);
        ArgumentNullException.ThrowIfNull(work);
        return environment.Out.Profile.Out.IsTerminal
            ? ShowBar(environment.Out, what, work)
            : work(new PlainProgress(environment.Out, environment.Time, what).Update);
    }

    static Task<T> ShowBar<T>(IAnsiConsole console, string what, Func<ProgressUpdate, Task<T>> work)
    {
        var detail = new DetailColumn();
        return console.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), detail)
            .StartAsync(progress =>
            {
                var task = progress.AddTask(Markup.Escape(what), maxValue: 1);
                return work((fraction, text) =>
                {
                    detail.Text = text;
                    task.Value = fraction;
                });
            });
    }

    sealed class DetailColumn : ProgressColumn
    {
        // Written by the work, read by the drawing thread; a reference is swapped whole.
        public string Text { get; set; } = "";

        public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime) => new Text(ConsoleText.Printable(Text));
    }

    /// <summary>A line at the start, with every tenth of the way, and every few seconds while there is news.</summary>
    sealed class PlainProgress(IAnsiConsole console, TimeProvider time, string what)
    {
        static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(5);

        double lastFraction = -1;
        string lastDetail = "";
        long lastTime;

        public void Update(double fraction, string detail)
        {
            var moved = Math.Floor(fraction * 10) > Math.Floor(lastFraction * 10);
            var silent = detail != lastDetail && time.GetElapsedTime(lastTime) > LongestSilence;
            if (!moved && !silent)
                return;
            (lastFraction, lastDetail, lastTime) = (fraction, detail, time.GetTimestamp());
            console.Say($"{what}: {ConsoleText.Percent(fraction)}, {detail}");
        }
    }
}
