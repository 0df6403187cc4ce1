using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace BookRec.Tests.Support;

/// <summary>The calls that stories about readers are made of; each fails the test when the answer is not the expected one.</summary>
public static class Api
{
    public static async Task<JsonObject> Get(this HttpClient client, string path)
    {
        using var answer = await client.GetAsync(path);
        return await answer.Expect(HttpStatusCode.OK);
    }

    public static async Task<JsonObject> Record(this HttpClient reader, long bookId, string type, double? rating = null, string? key = null)
    {
        using var answer = await reader.TryRecord(bookId, type, rating, key);
        return await answer.Expect(HttpStatusCode.Created);
    }

    public static async Task<HttpResponseMessage> TryRecord(this HttpClient reader, long bookId, string type, double? rating = null, string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/interactions")
        {
            Content = JsonContent.Create(rating is null ? new { book_id = bookId, type } : (object)new { book_id = bookId, type, rating }),
        };
        if (key is not null)
            request.Headers.Add("Idempotency-Key", key);
        return await reader.SendAsync(request);
    }

    public static async Task<TopList> Top(this HttpClient reader, string query = "n=10") => new(await reader.Get($"/api/recommendations/top?{query}"));

    public static async Task<long> BookId(this HttpClient reader, string title)
    {
        var found = await reader.Get($"/api/books?q={Uri.EscapeDataString(title)}&limit=100");
        return (long)found["items"]!.AsArray().First(b => ((string)b!["title"]!).StartsWith(title, StringComparison.Ordinal))!["id"]!;
    }

    public static async Task<int> HistoryLength(this HttpClient reader)
    {
        var count = 0;
        string? cursor = null;
        do
        {
            var page = await reader.Get($"/api/interactions/me?limit=100{(cursor is null ? "" : $"&cursor={Uri.EscapeDataString(cursor)}")}");
            count += page["items"]!.AsArray().Count;
            cursor = (string?)page["next_cursor"];
        }
        while (cursor is not null);
        return count;
    }

    public static async Task<JsonObject> Expect(this HttpResponseMessage answer, HttpStatusCode status)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == status, $"Expected {status}, got {(int)answer.StatusCode}: {text}");
        return text.Length == 0 ? [] : JsonNode.Parse(text)!.AsObject();
    }
}

/// <summary>A recommendation list as a client sees it.</summary>
public sealed class TopList(JsonObject json)
{
    public IReadOnlyList<long> Ids => [.. Items.Select(i => (long)i["book"]!["id"]!)];

    public IReadOnlyList<JsonNode> Items => [.. json["items"]!.AsArray().Select(i => i!)];

    /// <summary>The whole answer.</summary>
    public string Text => json.ToJsonString();

    public string Strategy => (string)json["strategy"]!;

    public string ModelVersion => (string)json["model_version"]!;

    public IEnumerable<string> GenresOf(int item) => Items[item]["book"]!["genres"]!.AsArray().Select(g => (string)g!);

    public IEnumerable<JsonNode> ReasonsOf(int item) => Items[item]["reasons"]!.AsArray().Select(r => r!);
}
