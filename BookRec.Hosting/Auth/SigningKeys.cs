using Microsoft.IdentityModel.Tokens;

namespace BookRec.Hosting.Auth;

/// <summary>The keys of access tokens: one signs, the one before it is believed as well. They may change while the process runs.</summary>
public sealed class SigningKeys(SigningKey current, SigningKey? previous)
{
    private volatile Pair _pair = new(current, previous);

    /// <summary>Signs.</summary>
    public SigningKey Current => _pair.Current;

    public SigningCredentials Credentials => _pair.Credentials;

    /// <summary>The key of that id; null when it is not, or no longer, one of ours.</summary>
    public SecurityKey? Find(string? id) => _pair.Keys.FirstOrDefault(key => key.KeyId == id);

    /// <param name="next">Signs from now on.</param>
    /// <param name="before">Is believed as well; null for the key that signed until now.</param>
    public void Change(SigningKey next, SigningKey? before)
    {
        if (next.Id != Current.Id || before is not null)
            _pair = new(next, before ?? Current);
    }

    private sealed class Pair(SigningKey current, SigningKey? previous)
    {
        public SigningKey Current => current;

        public IReadOnlyList<SecurityKey> Keys { get; } = previous is null ? [KeyOf(current)] : [KeyOf(current), KeyOf(previous)];

        public SigningCredentials Credentials { get; } = new(KeyOf(current), SecurityAlgorithms.HmacSha256);

        private static SymmetricSecurityKey KeyOf(SigningKey key) => new(key.ToArray()) { KeyId = key.Id };
    }
}
