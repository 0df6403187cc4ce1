using BookRec.WebApi.Requests;
using Microsoft.OpenApi;

namespace BookRec.WebApi.Interactions;

/// <summary>Makes a retry safe: the same key with the same body gives the first answer again.</summary>
public sealed record IdempotencyKey(string? Value) : IReadFromRequest<IdempotencyKey>
{
    private const int MaximumLength = 200;

    private static readonly TextParameter _header = new("Idempotency-Key", "1 to 200 printable ASCII characters; a repeat gives the same answer.", MaximumLength)
    {
        Location = ParameterLocation.Header,
    };

    public static IReadOnlyList<Parameter> Parameters => [_header];

    public static IdempotencyKey Read(HttpRequest request, FieldErrors errors)
    {
        if (!request.Headers.TryGetValue(_header.Name, out var sent))
            return new((string?)null);

        var key = sent is [{ } single] ? single : "";
        errors.Require(
            key.Length is > 0 and <= MaximumLength && key.All(c => c is >= ' ' and <= '~'),
            _header.Name,
            "must be one value of 1 to 200 printable ASCII characters");
        return new(key);
    }
}
