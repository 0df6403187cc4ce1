using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting.Compact;
using Serilog.Sinks.File;

namespace BookRec.Hosting.Logging;

/// <summary>
/// Structured logs, one JSON object a line: to files beside the data in embedded mode, where the console belongs to a person; to
/// standard output in cluster mode, where a collector reads it.
/// </summary>
internal static class LoggingSetup
{
    private const int DaysKept = 14;

    /// <summary>How long a line may wait for others to be written with: a write for each would cost a request more than its answer.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(250);

    public static void AddBookRecLogging(this WebApplicationBuilder builder, HostSettings settings)
    {
        var embedded = settings.Mode == HostMode.Embedded;
        builder.Services.AddSingleton(new Announcer(embedded ? Console.Out : TextWriter.Null));

        // Serilog filters by itself; the defaults of Microsoft's filter would drop levels before it sees them.
        builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Trace);
        builder.Services.AddSerilog(
            (_, logger) =>
            {
                logger.MinimumLevel.Is(Level(settings.Logging.Level))
                    .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
                    .MinimumLevel.Override("System", LogEventLevel.Warning)
                    .MinimumLevel.Override("Orleans", LogEventLevel.Warning)
                    .MinimumLevel.Override("Polly", LogEventLevel.Warning)
                    // At every start it takes the time since boot for a stall.
                    .MinimumLevel.Override("Orleans.Runtime.Watchdog", LogEventLevel.Error)
                    // At every start it advises the server's collector, which is not chosen on purpose (Directory.Build.props).
                    .MinimumLevel.Override("Orleans.Runtime.Silo", LogEventLevel.Error)
                    // While no silo is there yet it repeats itself every second; readiness and our own warning tell the same.
                    .MinimumLevel.Override("Orleans.Messaging.GatewayManager", LogEventLevel.Error)
                    // Whoever probes gets the answer; a probe a second must not fill the log.
                    .MinimumLevel.Override("Microsoft.Extensions.Diagnostics.HealthChecks", LogEventLevel.Fatal)
                    .Enrich.FromLogContext()
                    .Enrich.With<WithoutPath>();
                if (embedded)
                    WriteForOnePerson(logger, settings);
                else
                    logger.WriteTo.Console(new CompactJsonFormatter());
            },
            preserveStaticLogger: true);
    }

    private static void WriteForOnePerson(LoggerConfiguration logger, HostSettings settings)
    {
        logger.WriteTo.File(
            new CompactJsonFormatter(),
            Path.Combine(Path.GetFullPath(settings.DataDirectory), "logs", "bookrec-.json"),
            buffered: true,
            flushToDiskInterval: LongestWait,
            rollingInterval: RollingInterval.Day,
            hooks: new LargeBuffer(),
            retainedFileCountLimit: DaysKept);
        logger.WriteTo.Console(
            new OneLineFormatter(),
            restrictedToMinimumLevel: LogEventLevel.Warning,
            standardErrorFromLevel: LogEventLevel.Verbose);
    }

    /// <summary>The sink's own buffer holds twenty lines.</summary>
    private sealed class LargeBuffer : FileLifecycleHooks
    {
        private const int Bytes = 64 * 1024;

        public override Stream OnFileOpened(Stream underlyingStream, Encoding encoding) => new BufferedStream(underlyingStream, Bytes);
    }

    /// <summary>The framework puts the path of the request beside every line; the path is the caller's to invent.</summary>
    private sealed class WithoutPath : ILogEventEnricher
    {
        public void Enrich(LogEvent logEvent, ILogEventPropertyFactory propertyFactory) => logEvent.RemovePropertyIfPresent("RequestPath");
    }

    private static LogEventLevel Level(LogLevel level) => level switch
    {
        LogLevel.Trace => LogEventLevel.Verbose,
        LogLevel.Debug => LogEventLevel.Debug,
        LogLevel.Information => LogEventLevel.Information,
        LogLevel.Warning => LogEventLevel.Warning,
        LogLevel.Error => LogEventLevel.Error,
        _ => LogEventLevel.Fatal,
    };
}
