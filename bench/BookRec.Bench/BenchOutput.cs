using System.Text.Json;
using System.Text.Json.Nodes;

namespace BookRec.Bench;

/// <summary>Where the numbers go besides the screen.</summary>
static class BenchOutput
{
    static readonly JsonSerializerOptions s_indented = new() { WriteIndented = true };

    public static void Write(FileInfo? file, JsonNode json)
    {
        if (file is not null)
        {
            File.WriteAllText(file.FullName, json.ToJsonString(s_indented) + "\n");
        }
    }

    /// <summary>The middle value; of an even number, the mean of the two.</summary>
    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
