using System.Net;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace BookRec.Client.Http;

/// <summary>Every call of the client: with a token that works, repeated where that is safe, answered with a value or an exception.</summary>
internal sealed class Calls(Wire wire, Session session, Retries retries)
{
    /// <returns>What the service answers.</returns>
    public async Task<T> Ask<T>(Call call, CancellationToken cancellation) => await Wire.Read<T>(await Send(call, cancellation), cancellation);

    public async Task Tell(Call call, CancellationToken cancellation) => (await Send(call, cancellation)).Dispose();

    public async Task<string> AskText(Call call, CancellationToken cancellation)
    {
        using var response = await Send(call, cancellation);
        return await response.Content.ReadAsStringAsync(cancellation);
    }

    /// <returns>What the service answers, and the version it is of.</returns>
    public async Task<(T Value, string? Tag)> AskTagged<T>(Call call, CancellationToken cancellation)
    {
        var response = await Send(call, cancellation);
        var tag = response.Headers.ETag?.ToString();
        return (await Wire.Read<T>(response, cancellation), tag);
    }

    /// <returns>The data of every event of a type other than <paramref name="passedOver"/>.</returns>
    public async IAsyncEnumerable<T> Watch<T>(Call call, string passedOver, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var response = await Send(call, cancellation);
        await using var stream = await response.Content.ReadAsStreamAsync(cancellation);
        await foreach (var item in SseParser.Create(stream, (_, data) => data.ToArray()).EnumerateAsync(cancellation))
        {
            if (item.EventType != passedOver)
                yield return JsonSerializer.Deserialize<T>(item.Data, Json.Options) ?? throw new JsonException("The event carries nothing.");
        }
    }

    private async Task<HttpResponseMessage> Send(Call call, CancellationToken cancellation)
    {
        var response = await retries.Send(call, token => Attempt(call, token), cancellation);
        return response.IsSuccessStatusCode || (call.Expects503 && response.StatusCode == HttpStatusCode.ServiceUnavailable)
            ? response
            : throw await Wire.Refusal(response, cancellation);
    }

    private async Task<HttpResponseMessage> Attempt(Call call, CancellationToken cancellation)
    {
        var token = call.NeedsToken ? await session.Token(cancellation) : null;
        var response = await wire.Send(call, token, cancellation);
        if (response.StatusCode != HttpStatusCode.Unauthorized || token is null || await session.Renew(token, cancellation) is not { } renewed)
            return response;
        response.Dispose();
        return await wire.Send(call, renewed, cancellation);
    }
}
