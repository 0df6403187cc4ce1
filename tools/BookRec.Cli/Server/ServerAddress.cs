using System.CommandLine;

namespace BookRec.Cli.Server;

/// <summary>The options that say which server; every command that asks one has them.</summary>
sealed class ServerAddress
{
    readonly Option<string> url = new("--url")
    {
        Description = "Where the server is",
        DefaultValueFactory = _ => "http://127.0.0.1:8000",
    };

    readonly Option<FileInfo> authority = new("--ca")
    {
        Description = "The certificate of the authority that vouches for the server, where the system does not know it (PEM)",
    };

    public ServerAddress(Command command)
    {
        url.Validators.Add(given =>
        {
            if (given.GetValueOrDefault<string>() is var text && !(Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"))
                given.AddError($"--url takes an address such as http://127.0.0.1:8000, not '{text}'");
        });
        authority.AcceptExistingOnly();
        command.Options.Add(url);
        command.Options.Add(authority);
    }

    public Uri Url(ParseResult parsed) => new(parsed.GetRequiredValue(url));

    /// <summary>What sends requests there; the caller's to dispose.</summary>
    public SocketsHttpHandler Handler(ParseResult parsed) => Trust.Handler(Url(parsed), parsed.GetValue(authority)?.FullName);
}
