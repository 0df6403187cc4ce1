using System.Text.Json;
using System.Text.RegularExpressions;

namespace BookRec.Tests.Deploy;

/// <summary>A Dockerfile as stages of instructions: as much of the language as ours uses.</summary>
sealed partial class Dockerfile
{
    Dockerfile(IReadOnlyList<Stage> stages) => Stages = stages;

    public IReadOnlyList<Stage> Stages { get; }

    public static Dockerfile Parse(string text)
    {
        var stages = new List<Stage>();
        var joined = Continuation().Replace(string.Join('\n', text.Split('\n').Where(line => !line.TrimStart().StartsWith('#'))), " ");
        foreach (var line in joined.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var instruction = new Instruction(line[..line.IndexOf(' ', StringComparison.Ordinal)], line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..].Trim());
            if (From().Match(line) is { Success: true } from)
                stages.Add(new Stage(from.Groups["name"].Value, from.Groups["image"].Value, stages.FirstOrDefault(s => s.Name == from.Groups["image"].Value)));
            else
                stages[^1].Own.Add(instruction);
        }

        return new Dockerfile(stages);
    }

    public Stage this[string name] => Stages.Single(s => s.Name == name);

    public sealed record Instruction(string Name, string Arguments)
    {
        /// <summary>Of the form <c>["program", "argument"]</c>, after options.</summary>
        public string[] Program => JsonSerializer.Deserialize<string[]>(Arguments[Arguments.IndexOf('[', StringComparison.Ordinal)..])!;
    }

    /// <param name="Base">The stage it begins with, if it begins with one of ours.</param>
    public sealed record Stage(string Name, string Image, Stage? Base)
    {
        public List<Instruction> Own { get; } = [];

        public IEnumerable<Instruction> All => (Base?.All ?? []).Concat(Own);

        public string Root => Base?.Root ?? Image;

        public Instruction Last(string name) => All.Last(i => i.Name == name);
    }

    [GeneratedRegex(@"\\\s*\n")]
    private static partial Regex Continuation();

    [GeneratedRegex(@"^FROM\s+(?:--platform=\S+\s+)?(?<image>\S+)\s+AS\s+(?<name>\S+)$")]
    private static partial Regex From();
}
