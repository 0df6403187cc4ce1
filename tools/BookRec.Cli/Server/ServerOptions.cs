using System.CommandLine;

namespace BookRec.Cli.Server;

/// <summary>The options that say which server and who asks; every command has them.</summary>
sealed class ServerOptions
{
    readonly Option<string> url = new("--url")
    {
        Description = "Where the server is",
        DefaultValueFactory = _ => "http://127.0.0.1:8000",
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
        command.Options.Add(url);
        command.Options.Add(email);
        command.Options.Add(passwordFile);
    }

    public BookRecApi Connect(ParseResult parsed, CliEnvironment environment)
        => new(new Uri(parsed.GetRequiredValue(url)), parsed.GetRequiredValue(email), Password(parsed.GetRequiredValue(passwordFile)), environment);

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
