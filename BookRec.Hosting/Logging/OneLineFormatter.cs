using System.Globalization;
using Serilog.Events;
using Serilog.Formatting;

namespace BookRec.Hosting.Logging;

/// <summary>A warning as a person reads it: one line, the exception by its message; its stack is in the log file.</summary>
internal sealed class OneLineFormatter : ITextFormatter
{
    public void Format(LogEvent logEvent, TextWriter output)
    {
        var line = $"{logEvent.Level.ToString().ToLowerInvariant()}: {logEvent.RenderMessage(CultureInfo.InvariantCulture)}";
        if (logEvent.Exception is { } exception)
            line += $" ({exception.GetType().Name}: {exception.Message})";
        output.WriteLine(line.ReplaceLineEndings(" "));
    }
}
