namespace BookRec.WebApi.Requests;

/// <summary>What is wrong with a request, by field in snake_case.</summary>
public sealed class FieldErrors
{
    private readonly Dictionary<string, List<string>> _byField = new(StringComparer.Ordinal);

    public bool Any => _byField.Count > 0;

    public void Add(string field, string why)
    {
        if (!_byField.TryGetValue(field, out var reasons))
            _byField[field] = reasons = [];
        reasons.Add(why);
    }

    /// <summary>Adds the reason unless the condition holds.</summary>
    public void Require(bool condition, string field, string why)
    {
        if (!condition)
            Add(field, why);
    }

    public Dictionary<string, string[]> ToDictionary() => _byField.ToDictionary(f => f.Key, f => f.Value.ToArray());

    public void ThrowIfAny()
    {
        if (Any)
            throw new InvalidRequestException(ToDictionary());
    }
}

/// <summary>A request whose shape is wrong; becomes 400 with the fields named.</summary>
public sealed class InvalidRequestException(IDictionary<string, string[]> errors) : Exception("The request is not valid.")
{
    public InvalidRequestException(string field, string why)
        : this(new Dictionary<string, string[]> { [field] = [why] })
    {
    }

    public IDictionary<string, string[]> Errors { get; } = errors;
}
