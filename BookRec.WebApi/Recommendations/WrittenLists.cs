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
public sealed class WrittenLists(IOptions<JsonOptions> json)
{
    private readonly ConditionalWeakTable<RecommendationList, byte[]> _written = [];

    /// <param name="mayComeAgain">Whether it is worth remembering.</param>
    /// <returns>UTF-8.</returns>
    public byte[] Of(RecommendationList list, bool mayComeAgain) => mayComeAgain ? _written.GetOrAdd(list, Write) : Write(list);

    private byte[] Write(RecommendationList list) => JsonSerializer.SerializeToUtf8Bytes(RecommendationResponse.From(list), json.Value.SerializerOptions);
}
