using System.Runtime.CompilerServices;
using System.Text.Json;
using BookRec.Grains.Interfaces.Readers;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace BookRec.WebApi.Recommendations;

/// <summary>
/// Lists as they go out. While nothing has changed, a reader's grain in this process answers with the very list it answered with before, and then
/// its bytes are here already; they go with the list.
/// </summary>
public sealed class WrittenLists
{
    private readonly ConditionalWeakTable<RecommendationList, byte[]> _written = [];
    private readonly JsonSerializerOptions _options;

    public WrittenLists(IOptions<JsonOptions> json)
    {
        // But for its books a list is spelled like a RecommendationResponse.
        var options = json.Value.SerializerOptions;
        _options = new JsonSerializerOptions(options) { Converters = { new WrittenBooks(options) } };
    }

    /// <param name="mayComeAgain">Whether it is worth remembering.</param>
    /// <returns>UTF-8.</returns>
    public byte[] Of(RecommendationList list, bool mayComeAgain) => mayComeAgain ? _written.GetOrAdd(list, Write) : Write(list);

    private byte[] Write(RecommendationList list) => JsonSerializer.SerializeToUtf8Bytes(list, _options);
}
