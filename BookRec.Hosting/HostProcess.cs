using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace BookRec.Hosting;

/// <summary>Runs a host to its end and turns what an operator can mend into one line and exit code 1.</summary>
public static class HostProcess
{
    public static async Task<int> Run(Func<Task> host)
    {
        try
        {
            await host();
            return Environment.ExitCode;
        }
        catch (StoppedException)
        {
            return Environment.ExitCode;
        }
        catch (SettingsException refused)
        {
            return Refuse(refused.Message);
        }
        catch (DependencyException missing)
        {
            return Refuse(missing.Message);
        }
        catch (OptionsValidationException refused)
        {
            return Refuse(string.Join("; ", refused.Failures));
        }
        catch (IOException failure) when (failure.InnerException is AddressInUseException)
        {
            return Refuse($"{failure.Message} Choose another one with --port.");
        }
    }

    /// <summary>Runs the host to its end, which may come before it has started.</summary>
    public static async Task RunToTheEnd(this WebApplication app)
    {
        var (started, stopping) = (app.Lifetime.ApplicationStarted, app.Lifetime.ApplicationStopping);
        try
        {
            await app.RunAsync();
        }
        catch (Exception failure) when (stopping.IsCancellationRequested && !started.IsCancellationRequested)
        {
            // Each part of a start that is broken off says so in its own way; the log has what it said.
            throw new StoppedException(failure);
        }
    }

    private static int Refuse(string message)
    {
        Console.Error.WriteLine(message.ReplaceLineEndings(" "));
        return 1;
    }
}

/// <summary>The process was asked to stop before it had started: an end like any other.</summary>
public sealed class StoppedException(Exception inner) : Exception("The process was asked to stop before it had started.", inner);
