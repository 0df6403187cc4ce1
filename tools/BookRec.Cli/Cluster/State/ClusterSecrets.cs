using System.Security.Cryptography;
using System.Text.Json;

namespace BookRec.Cli.Cluster.State;

/// <summary>The secrets of one cluster, as the one secret in Secrets Manager that holds them all. None shows when printed.</summary>
/// <param name="JwtSecretKey">Base64 of 32 random bytes; signs access tokens.</param>
public sealed record ClusterSecrets(string JwtSecretKey, string PostgresPassword, string RedisPassword)
{
    /// <summary>The name of the secret.</summary>
    public const string Name = "bookrec/production";

    static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true };

    /// <summary>
    /// Those of a file, which is made with random ones, readable by its owner only, when it is not there yet. It has the form that our
    /// Secrets Manager reads: secrets by name.
    /// </summary>
    public static ClusterSecrets From(string path)
    {
        if (!File.Exists(path))
            PrivateFile.Write(path, JsonSerializer.Serialize(new Dictionary<string, ClusterSecrets> { [Name] = Random() }, Json));
        var all = JsonSerializer.Deserialize<Dictionary<string, ClusterSecrets>>(File.ReadAllText(path), Json);
        return all?.GetValueOrDefault(Name) is { JwtSecretKey: not null, PostgresPassword: not null, RedisPassword: not null } secrets
            ? secrets
            : throw new CliException($"{path} lacks a secret");
    }

    public override string ToString() => nameof(ClusterSecrets);

    static ClusterSecrets Random() => new(Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)), Password(), Password());

    /// <summary>192 bits in characters that no configuration file, shell or connection string treats in a special way.</summary>
    static string Password() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
}
