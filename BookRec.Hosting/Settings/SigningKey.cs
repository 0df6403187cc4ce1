using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace BookRec.Hosting;

/// <summary>The secret that signs access tokens. It shows neither its text nor its bytes when printed.</summary>
public sealed class SigningKey
{
    /// <summary>256 bits: as long as the hash of HS256, below which brute force gets cheaper than forging.</summary>
    public const int MinimumBytes = 32;

    private const string FileName = "jwt-key";

    /// <summary>To make a key takes milliseconds.</summary>
    private static readonly TimeSpan LongestTurn = TimeSpan.FromSeconds(10);

    private readonly byte[] _bytes;

    private SigningKey(byte[] bytes)
    {
        _bytes = bytes;
        Id = Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 4));
    }

    /// <summary>Names the key in a token's header without telling anything about it.</summary>
    public string Id { get; }

    public byte[] ToArray() => [.. _bytes];

    /// <summary>A short keyed hash, for telling people apart in logs without naming them.</summary>
    public string Pseudonym(string value)
        => Convert.ToHexStringLower(HMACSHA256.HashData(_bytes, System.Text.Encoding.UTF8.GetBytes(value)).AsSpan(0, 6));

    public static bool TryParse(string text, [NotNullWhen(true)] out SigningKey? key)
    {
        var buffer = new byte[text.Length];
        key = Convert.TryFromBase64String(text.Trim(), buffer, out var length) && length >= MinimumBytes
            ? new SigningKey(buffer[..length])
            : null;
        return key is not null;
    }

    /// <summary>The key before the current one, while tokens of both are accepted; none when no rotation is under way.</summary>
    public static SigningKey? Previous(HostSettings settings)
        => settings.Tokens.PreviousSigningKey is { } text && TryParse(text, out var key) ? key : null;

    /// <summary>Whether a key is somebody's words or a sample instead of random bytes; such a key is guessed, however long it is.</summary>
    public static bool IsWeak(string text)
        => TryParse(text, out var key)
            && (key._bytes.Distinct().Count() < MinimumBytes / 2 || key._bytes.All(b => b is >= 0x20 and < 0x7F or (byte)'\n' or (byte)'\r'));

    /// <summary>The key of the settings, otherwise the one in the data directory, made when it is not there yet.</summary>
    public static SigningKey From(HostSettings settings)
    {
        if (settings.Tokens.SigningKey is { } text && TryParse(text, out var configured))
            return configured;

        var path = Path.Combine(Path.GetFullPath(settings.DataDirectory), FileName);
        if (!File.Exists(path))
            Create(path);
        return TryParse(File.ReadAllText(path), out var stored)
            ? stored
            : throw new SettingsException($"{path} does not hold a signing key; delete it to have a new one made (everybody logs in again).");
    }

    /// <summary>
    /// Written aside and then renamed, so that a file that exists is complete; in turn, so that processes that start together agree on one
    /// key. (To rename without overwriting is two steps on Unix, which alone would let the later key win after the earlier one was read.)
    /// </summary>
    private static void Create(string path)
    {
        using var turn = TakeTurn($"{path}.lock");
        if (File.Exists(path))
            return;

        var draft = $"{path}.new";
        File.Delete(draft);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

        using (var stream = new FileStream(draft, options))
        using (var writer = new StreamWriter(stream))
        {
            writer.WriteLine(Convert.ToBase64String(RandomNumberGenerator.GetBytes(MinimumBytes)));
            writer.Flush();
            stream.Flush(flushToDisk: true);
        }

        File.Move(draft, path);
    }

    /// <summary>The lock is the kernel's and goes with the process that holds it.</summary>
    private static FileStream TakeTurn(string path)
    {
        FileStream? turn = null;
        var taken = SpinWait.SpinUntil(
            () =>
            {
                try
                {
                    turn = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
                    return true;
                }
                catch (IOException) when (File.Exists(path))
                {
                    // Somebody else's turn.
                    return false;
                }
            },
            LongestTurn);
        return taken ? turn! : throw new SettingsException($"{path} has been held by another process for {LongestTurn.TotalSeconds} s");
    }
}
