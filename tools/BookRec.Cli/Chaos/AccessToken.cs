using System.Buffers.Text;
using System.Text.Json.Nodes;

namespace BookRec.Cli.Chaos;

/// <summary>What a client can read in the token it was given.</summary>
static class AccessToken
{
    /// <summary>The account's id.</summary>
    public static Guid Subject(string token) => Guid.Parse((string)JsonNode.Parse(Base64Url.DecodeFromChars(token.Split('.')[1]))!["sub"]!);
}
