using System.Net;
using System.Text.Json;
using BookRec.Client;

namespace BookRec.Cli.Server;

/// <summary>What went wrong between a command and its server, in words.</summary>
static class ServerFailure
{
    /// <returns>Null for what has nothing to do with the server.</returns>
    public static CliException? Describe(Exception failure, Uri server, string email) => failure switch
    {
        BookRecException { Status: HttpStatusCode.Unauthorized } => new($"{server} does not accept this password for {email}", inner: failure),
        BookRecException refusal => Refusal(refusal, server),
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError } => new(
            $"cannot reach {server}: {failure.InnerException?.Message ?? failure.Message}", ["Is the server running, and is --url right?"], inner: failure),
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => new(
            $"cannot trust {server}: {failure.InnerException?.Message ?? failure.Message}", ["--ca names the authority of a certificate that the system does not know."], inner: failure),
        HttpRequestException => new($"the connection to {server} broke: {failure.InnerException?.Message ?? failure.Message}", inner: failure),
        TimeoutException => new(failure.Message, inner: failure),
        JsonException => new($"{server} answered what this program does not understand; is it a BookRec server?", [failure.Message], inner: failure),
        _ => null,
    };

    static CliException Refusal(BookRecException refusal, Uri server)
    {
        var details = new List<string>();
        if (refusal.Problem?.Detail is { } detail)
            details.Add(detail);
        foreach (var (field, reasons) in refusal.Problem?.Errors ?? new Dictionary<string, IReadOnlyList<string>>())
            details.AddRange(reasons.Select(reason => $"{field}: {reason}"));
        return new CliException($"{server} answered {refusal.Problem?.Title ?? refusal.Status.ToString()} ({(int)refusal.Status})", details, inner: refusal);
    }
}
