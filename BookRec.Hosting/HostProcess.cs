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

    private static int Refuse(string message)
    {
        Console.Error.WriteLine(message.ReplaceLineEndings(" "));
        return 1;
    }
}
