using System.Globalization;
using Serilog.Events;
using Serilog.Formatting;
using Serilog.Formatting.Display;

namespace BookRec.Hosting.Logging;

/// <summary>A warning as a person reads it: one line, the exception by its message; its stack is in the log file.</summary>
internal sealed class OneLineFormatter : ITextFormatter
{
    /// <summary>Texts without quotation marks around them.</summary>
    private readonly MessageTemplateTextFormatter _message = new("{Message:lj}", CultureInfo.InvariantCulture);

    public void Format(LogEvent logEvent, TextWriter output)
    {
        using var message = new StringWriter(CultureInfo.InvariantCulture);
        _message.Format(logEvent, message);
        var line = $"{logEvent.Level.ToString().ToLowerInvariant()}: {message}";
        if (logEvent.Exception is { } exception)
            line += $" ({exception.GetType().Name}: {exception.Message})";
        output.WriteLine(line.ReplaceLineEndings(" "));
    }
}
