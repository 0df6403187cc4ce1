using System.CommandLine;
using BookRec.Client;

namespace BookRec.Cli.Server;

/// <summary>The options that say which server and who asks, for the commands of administrators.</summary>
sealed class ServerOptions
{
    /// <summary>With the waits doubling from the poll interval, about half a minute: a server's restart.</summary>
    const int Retries = 6;

    readonly ServerAddress address;

    readonly Option<string> email = new("--email")
    {
        Description = "The administrator's account",
        DefaultValueFactory = _ => "admin@bookrec.local",
    };

    readonly Option<string> passwordFile = new("--password-file")
    {
        Description = "A file that holds the password; a new server writes its first one there",
        DefaultValueFactory = _ => "./var/admin-password",
    };

    public ServerOptions(Command command)
    {
        address = new ServerAddress(command);
        command.Options.Add(email);
        command.Options.Add(passwordFile);
    }

    /// <summary>Does a command's work with the server; what goes wrong there comes out as a <see cref="CliException"/>.</summary>
    public async Task<int> Run(ParseResult parsed, CliEnvironment environment, Func<BookRecClient, Task<int>> work)
    {
        var server = address.Url(parsed);
        var account = new Credentials(parsed.GetRequiredValue(email), Password(parsed.GetRequiredValue(passwordFile)));
        using var handler = address.Handler(parsed);
        using var client = new BookRecClient(new BookRecClientOptions
        {
            Address = server,
            Credentials = account,
            Handler = handler,
            Retries = Retries,
            RetryDelay = environment.PollInterval,
            Time = environment.Time,
            UserAgent = "bookrec",
        });
        try
        {
            return await work(client);
        }
        catch (Exception failure) when (ServerFailure.Describe(failure, server, account.Email) is { } problem)
        {
            throw problem;
        }
    }

    static string Password(string path)
    {
        try
        {
            return File.ReadAllText(path).TrimEnd('\r', '\n');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException(
                $"cannot read the password from {path}: {e.Message}",
                ["--password-file says where it is; a server started with --data DIR keeps its first one in DIR/admin-password."],
                CommandLine.Misused, e);
        }
    }
}
