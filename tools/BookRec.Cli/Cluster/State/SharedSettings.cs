using System.Text.RegularExpressions;

namespace BookRec.Cli.Cluster.State;

/// <summary>
/// <c>deploy/cluster.env</c>: the one list of settings that both this program and <c>docker-compose.yml</c> give to silos and web APIs.
/// </summary>
public static partial class SharedSettings
{
    /// <param name="lines">Of the file: <c>NAME=text with ${VARIABLE:-default}</c>, blank lines and comments.</param>
    /// <param name="variables">A value for every variable; the file's defaults are those of the containers and fit nowhere else.</param>
    /// <exception cref="CliException">A line is no setting, or a variable has no value.</exception>
    public static IReadOnlyDictionary<string, string> Read(IEnumerable<string> lines, IReadOnlyDictionary<string, string> variables)
    {
        ArgumentNullException.ThrowIfNull(lines);
        ArgumentNullException.ThrowIfNull(variables);
        var settings = new Dictionary<string, string>();
        foreach (var line in lines.Select(l => l.Trim()).Where(l => l.Length > 0 && l[0] != '#'))
        {
            var equals = line.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
                throw new CliException($"deploy/cluster.env: '{line}' is not NAME=VALUE");
            settings[line[..equals]] = Variable().Replace(line[(equals + 1)..], match => Value(match.Groups["name"].Value));
        }

        return settings;

        string Value(string name) => variables.TryGetValue(name, out var value)
            ? value
            : throw new CliException($"deploy/cluster.env: there is no value for {name}");
    }

    [GeneratedRegex(@"\$\{(?<name>[A-Z0-9_]+)(:?-[^}]*)?\}")]
    private static partial Regex Variable();
}
