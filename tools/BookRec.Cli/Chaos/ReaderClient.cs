using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace BookRec.Cli.Chaos;

/// <summary>What an answer means to a client that has to decide whether to try again.</summary>
/// <param name="Status">Null when there was no answer.</param>
sealed record Reply(HttpStatusCode? Status, JsonNode? Body, string? Failure)
{
    public bool Succeeded => Failure is null;

    /// <summary>Whether trying again can help: nobody knows whether it was done, or the server is not itself.</summary>
    public bool IsOpen => Status is null || (int)Status >= 500;
}

/// <summary>Requests with their time taken.</summary>
sealed class ReaderClient(HttpClient http, Measurements measurements, TimeProvider time)
{
    public async Task<Reply> Send(string kind, HttpMethod method, string path, object? body, string? token, string? key, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
            request.Content = JsonContent.Create(body);
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (key is not null)
            request.Headers.Add("Idempotency-Key", key);
        var began = time.GetTimestamp();
        var reply = await Exchange(request, cancellationToken);
        measurements.Add(kind, time.GetElapsedTime(began), reply.Failure);
        return reply;
    }

    async Task<Reply> Exchange(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await http.SendAsync(request, cancellationToken);
            var json = response.Content.Headers.ContentType?.MediaType?.EndsWith("json", StringComparison.Ordinal) == true
                ? await response.Content.ReadFromJsonAsync<JsonNode>(cancellationToken)
                : null;
            return new Reply(response.StatusCode, json, response.IsSuccessStatusCode ? null : $"{(int)response.StatusCode} {json?["detail"]}");
        }
        catch (Exception e) when (e is HttpRequestException or IOException or System.Text.Json.JsonException
            || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return new Reply(null, null, e is OperationCanceledException ? "no answer in time" : e.InnerException?.Message ?? e.Message);
        }
    }
}
