using System.Text.Json;
using System.Text.Json.Nodes;

namespace BookRec.SecretsEmulator;

/// <summary>
/// Secrets by name, as one JSON object in a file that its owner alone may read. Read at every call, so that the file may be edited. A value
/// that is an object stands for its text, which spares whoever writes the file quoting JSON in JSON.
/// </summary>
internal sealed class SecretsFile(string path)
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true };
    private readonly Lock _gate = new();

    public string? Find(string name)
    {
        lock (_gate)
            return Read()[name] is { } value ? Text(value) : null;
    }

    /// <returns>False, and nothing is changed, when it is there and may not be replaced.</returns>
    public bool Put(string name, string value, bool replace)
    {
        lock (_gate)
        {
            var secrets = Read();
            if (!replace && secrets.ContainsKey(name))
                return false;
            secrets[name] = value;
            Write(secrets.ToJsonString(Readable));
            return true;
        }
    }

    private JsonObject Read() => File.Exists(path) ? JsonNode.Parse(File.ReadAllText(path))!.AsObject() : [];

    private static string Text(JsonNode value) => value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : value.ToJsonString();

    /// <summary>Written aside and renamed: who reads it sees the old or the new, never half.</summary>
    private void Write(string text)
    {
        var draft = path + ".new";
        File.Delete(draft);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var writer = new StreamWriter(draft, options))
            writer.Write(text);
        File.Move(draft, path, overwrite: true);
    }
}
