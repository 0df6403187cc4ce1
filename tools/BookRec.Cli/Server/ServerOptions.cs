using System.CommandLine;
using BookRec.Client;

namespace BookRec.Cli.Server;

/// <summary>The options that say which server and who asks; every command that asks one has them.</summary>
sealed class ServerOptions
{
    /// <summary>With the waits doubling from the poll interval, about half a minute: a server's restart.</summary>
    const int Retries = 6;

    readonly Option<string> url = new("--url")
    {
        Description = "Where the server is",
        DefaultValueFactory = _ => "http://127.0.0.1:8000",
    };

    readonly Option<FileInfo> authority = new("--ca")
    {
        Description = "The certificate of the authority that vouches for the server, where the system does not know it (PEM)",
    };

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
        url.Validators.Add(given =>
        {
            if (given.GetValueOrDefault<string>() is var text && !(Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"))
                given.AddError($"--url takes an address such as http://127.0.0.1:8000, not '{text}'");
        });
        authority.AcceptExistingOnly();
        command.Options.Add(url);
        command.Options.Add(authority);
        command.Options.Add(email);
        command.Options.Add(passwordFile);
    }

    /// <summary>Does a command's work with the server; what goes wrong there comes out as a <see cref="CliException"/>.</summary>
    public async Task<int> Run(ParseResult parsed, CliEnvironment environment, Func<BookRecClient, Task<int>> work)
    {
        var address = new Uri(parsed.GetRequiredValue(url));
        var account = new Credentials(parsed.GetRequiredValue(email), Password(parsed.GetRequiredValue(passwordFile)));
        using var handler = parsed.GetValue(authority) is { } file ? Trust.Handler(address, file.FullName) : null;
        using var client = new BookRecClient(new BookRecClientOptions
        {
            Address = address,
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
        catch (Exception failure) when (ServerFailure.Describe(failure, address, account.Email) is { } problem)
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
