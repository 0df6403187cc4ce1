using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;

namespace BookRec.SecretsEmulator;

/// <summary>What the emulator is told when it starts.</summary>
/// <param name="Port">On loopback.</param>
/// <param name="SecretsPath">The file the secrets are in; made with the first secret.</param>
/// <param name="AccessKey">The one key pair whose signatures hold.</param>
/// <param name="SecretKey">Its secret half.</param>
internal sealed record Options(int Port, string SecretsPath, string AccessKey, string SecretKey)
{
    private const string Usage =
        "usage: --secrets FILE [--port N]; the key pair that callers must sign with is in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY";

    private const int DefaultPort = 4584;

    public static bool TryParse(string[] args, [NotNullWhen(true)] out Options? options, [NotNullWhen(false)] out string? problem)
    {
        (options, problem) = (null, Usage);
        var given = new Dictionary<string, string>();
        for (var i = 0; i + 1 < args.Length; i += 2)
            given[args[i]] = args[i + 1];
        if (args.Length % 2 != 0 || given.Keys.Except(["--port", "--secrets"]).Any() || !given.TryGetValue("--secrets", out var path))
            return false;

        var port = DefaultPort;
        if (given.TryGetValue("--port", out var text)
            && !(int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is > 0 and <= IPEndPoint.MaxPort))
        {
            problem = $"--port takes a number from 1 to {IPEndPoint.MaxPort}, not '{text}'";
            return false;
        }

        var (access, secret) = (Environment.GetEnvironmentVariable("AWS_ACCESS_KEY_ID"), Environment.GetEnvironmentVariable("AWS_SECRET_ACCESS_KEY"));
        if (string.IsNullOrEmpty(access) || string.IsNullOrEmpty(secret))
        {
            problem = "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY must hold the key pair that callers sign with";
            return false;
        }

        (options, problem) = (new Options(port, path, access, secret), null);
        return true;
    }

    /// <summary>Nothing of the keys.</summary>
    public override string ToString() => $"{SecretsPath} on port {Port}";
}
