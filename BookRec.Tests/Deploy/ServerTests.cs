using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using BookRec.Cli.Cluster.State;
using BookRec.Tests.Support;

namespace BookRec.Tests.Deploy;

/// <summary>A plain server and AWS: units, scripts, policies and Terraform, each as its own checker reads it.</summary>
public sealed partial class ServerTests
{
    static readonly string UserData = File.ReadAllText(Repository.PathOf("deploy", "aws", "user-data.sh"));

    [Fact]
    public async Task Systemd_accepts_the_units_and_finds_little_that_they_could_still_do_without()
    {
        var folder = Directory.CreateTempSubdirectory("bookrec-units-").FullName;
        foreach (var unit in Units)
            // It wants to see the program, which is wherever .NET was installed.
            await File.WriteAllTextAsync(Path.Combine(folder, Path.GetFileName(unit)), (await File.ReadAllTextAsync(unit)).Replace("ExecStart=/usr/bin/dotnet", "ExecStart=/bin/true", StringComparison.Ordinal));

        Assert.Equal("", await Tool.Run("systemd-analyze", "systemd", folder, ["verify", "--man=no", .. Directory.GetFiles(folder)]));
        foreach (var unit in Directory.GetFiles(folder))
            await Tool.Run("systemd-analyze", "systemd", folder, "security", "--offline=yes", "--threshold=25", unit);

        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Shellcheck_has_nothing_to_say_against_the_scripts()
        => await Tool.Run("shellcheck", "shellcheck", Repository.Root, ["bookrec", ".ci/run", .. Directory.GetFiles(Repository.PathOf("deploy"), "*.sh", SearchOption.AllDirectories)]);

    [Fact]
    public void A_machine_is_told_what_every_process_of_a_cluster_is_told()
    {
        // But for the addresses of what stands in for AWS, and its keys.
        var shared = Names(File.ReadAllText(Repository.PathOf("deploy", "cluster.env"))).Where(n => n is not ("AWS_ACCESS_KEY_ID" or "AWS_SECRET_ACCESS_KEY") && !n.StartsWith("AWS_ENDPOINT", StringComparison.Ordinal));

        Assert.Equal(shared.Order(StringComparer.Ordinal), Names(UserData[..UserData.IndexOf("\nSETTINGS", StringComparison.Ordinal)]).Order(StringComparer.Ordinal));
        Assert.Equal([], Names(UserData).Concat(Units.SelectMany(u => Names(File.ReadAllText(u)))).Where(n => n.StartsWith("BookRec__", StringComparison.Ordinal)).Except(SettingNames.Documented));
    }

    [Fact]
    public void Nginx_on_a_machine_has_a_value_for_every_name_in_the_template()
    {
        var names = Placeholder().Matches(File.ReadAllText(Repository.PathOf("nginx", "bookrec.conf.template"))).Select(m => m.Groups[1].Value).Distinct();
        var shared = Directory.GetFiles(Repository.PathOf("deploy"), "*.env").SelectMany(File.ReadLines).Select(l => l.Split('=')[0]);
        var given = Exported().Matches(UserData).Select(m => m.Groups[1].Value).Concat(shared);

        Assert.Equal([], names.Except(given));
    }

    /// <summary>The script's own function, with stand-ins for what it does to the machine.</summary>
    [Fact]
    public async Task A_machine_gets_its_certificate_while_port_80_is_free_and_an_nginx_that_takes_the_template()
    {
        var folder = Directory.CreateTempSubdirectory("bookrec-machine-").FullName;
        var certificate = new ServerCertificate(folder);
        certificate.Ensure(TimeProvider.System);
        Directory.CreateDirectory(Path.Combine(folder, "conf.d"));
        await File.WriteAllTextAsync(Path.Combine(folder, "nginx.conf"), $"pid {folder}/nginx.pid;\nevents {{}}\nhttp {{ include {folder}/conf.d/*.conf; }}", TestContext.Current.CancellationToken);
        var functions = UserData[..UserData.LastIndexOf("\ninstall_packages\n", StringComparison.Ordinal)]
            .Replace("/etc/nginx", folder, StringComparison.Ordinal).Replace("/var/log/nginx", folder, StringComparison.Ordinal).Replace("/opt/bookrec", Repository.Root, StringComparison.Ordinal)
            .Replace("/etc/letsencrypt/live/$host/fullchain.pem", certificate.File, StringComparison.Ordinal).Replace("/etc/letsencrypt/live/$host/privkey.pem", certificate.KeyFile, StringComparison.Ordinal)
            .Replace("\"443 ssl http2\"", $"\"127.0.0.1:{ServerProcess.FreePort()} ssl http2\"", StringComparison.Ordinal).Replace("127.0.0.1:8081", $"127.0.0.1:{ServerProcess.FreePort()}", StringComparison.Ordinal);

        var said = await Tool.Run(new ProcessStartInfo("bash", ["-c", $$"""
            {{functions}}
            # As Debian's package leaves it.
            running=true
            systemctl() { case $* in "stop nginx") running=false ;; *"--now nginx") running=true ;; esac; }
            certbot() { if $running; then echo "Could not bind TCP port 80" >&2; return 1; fi; }
            nginx() { {{Installation.Program("nginx", "nginx")}} "$@" -q -e stderr -c {{folder}}/nginx.conf; }
            start_nginx
            echo "runs: $running"
            """]));

        Assert.Equal("runs: true\n", said);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void The_policies_let_in_to_one_bucket_and_one_secret()
    {
        var bucket = Statements("models-bucket");
        var secret = Statements("production-secret");

        Assert.All(bucket.Concat(secret), statement =>
        {
            Assert.Equal("Allow", (string)statement["Effect"]!);
            Assert.All(Texts(statement["Action"]), action => Assert.DoesNotContain('*', action));
        });
        Assert.Equal(["s3:AbortMultipartUpload", "s3:DeleteObject", "s3:GetObject", "s3:ListBucket", "s3:PutObject"], bucket.SelectMany(s => Texts(s["Action"])).Order(StringComparer.Ordinal));
        Assert.Equal(["arn:aws:s3:::bookrec-models", "arn:aws:s3:::bookrec-models/*"], bucket.SelectMany(s => Texts(s["Resource"])));
        Assert.Equal(["secretsmanager:GetSecretValue"], secret.SelectMany(s => Texts(s["Action"])));
        // Six random characters are AWS' own part of the name.
        Assert.All(secret.SelectMany(s => Texts(s["Resource"])), resource => Assert.EndsWith(":secret:bookrec/production-??????", resource, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Terraform_makes_a_private_bucket_and_gives_the_role_these_policies()
    {
        var made = JsonNode.Parse(await Checkers.Node("hcl.cjs", Repository.PathOf("deploy", "terraform", "main.tf")))!;
        var resources = made["resource"]!.AsObject();

        Assert.Equal(
            ["aws_iam_instance_profile", "aws_iam_role", "aws_iam_role_policy", "aws_s3_bucket", "aws_s3_bucket_lifecycle_configuration", "aws_s3_bucket_policy",
             "aws_s3_bucket_public_access_block", "aws_s3_bucket_server_side_encryption_configuration", "aws_s3_bucket_versioning", "aws_secretsmanager_secret"],
            resources.Select(r => r.Key).Order(StringComparer.Ordinal));
        Assert.All(resources["aws_s3_bucket_public_access_block"]!["models"]![0]!.AsObject().Where(p => p.Key != "bucket"), p => Assert.True((bool)p.Value!, p.Key));
        var policies = made["locals"]![0]!.AsObject().ToDictionary(l => l.Key, l => (string)l.Value!);
        foreach (var (name, file, part) in new[] { ("bucket_policy", "models-bucket.json", "arn:aws:s3:::bookrec-models"), ("secret_policy", "production-secret.json", "arn:aws:secretsmanager:*:*:secret:bookrec/production-??????") })
        {
            Assert.Contains($"../aws/policies/{file}", policies[name], StringComparison.Ordinal);
            // What is replaced by the ARN of what was made is really in the file.
            Assert.Contains($"\"{part}\"", policies[name], StringComparison.Ordinal);
            Assert.Contains(part, File.ReadAllText(Repository.PathOf("deploy", "aws", "policies", file)), StringComparison.Ordinal);
        }

        Assert.Equal(["${local.bucket_policy}", "${local.secret_policy}"], resources["aws_iam_role_policy"]!.AsObject().Select(p => (string)p.Value![0]!["policy"]!).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Terraform_files_are_formatted()
    {
        // HashiCorp's program is in no distribution; where it is not installed, the parser above has to do.
        if (Environment.GetEnvironmentVariable("PATH")!.Split(':').Select(f => Path.Combine(f, "terraform")).FirstOrDefault(File.Exists) is { } terraform)
            await Tool.Run(new ProcessStartInfo(terraform, ["fmt", "-check", "-diff", Repository.PathOf("deploy", "terraform")]));
        foreach (var file in Directory.GetFiles(Repository.PathOf("deploy", "terraform"), "*.tf"))
            Assert.NotEmpty(JsonNode.Parse(await Checkers.Node("hcl.cjs", file))!.AsObject());
    }

    static string[] Units => Directory.GetFiles(Repository.PathOf("deploy", "systemd"), "*.service");

    static IEnumerable<string> Names(string text) => Name().Matches(text).Select(m => m.Groups[1].Value);

    static List<JsonNode> Statements(string policy)
        => [.. JsonNode.Parse(File.ReadAllText(Repository.PathOf("deploy", "aws", "policies", $"{policy}.json")))!["Statement"]!.AsArray().Select(s => s!)];

    static IEnumerable<string> Texts(JsonNode? value) => value!.GetValueKind() == JsonValueKind.Array ? value.AsArray().Select(v => (string)v!) : [(string)value!];

    [GeneratedRegex(@"\$\{(BOOKREC_[A-Z_]+)\}")]
    private static partial Regex Placeholder();

    [GeneratedRegex("export (BOOKREC_[A-Z_]+)=")]
    private static partial Regex Exported();

    [GeneratedRegex(@"(?:^|[ ""])((?:BookRec__|AWS_)\w+)=", RegexOptions.Multiline)]
    private static partial Regex Name();
}
