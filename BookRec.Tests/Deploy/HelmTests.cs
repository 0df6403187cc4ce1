using System.Globalization;
using System.Text.Json.Nodes;
using BookRec.Tests.Observability;
using BookRec.Tests.Support;
using BookRec.Tests.WebApi.Support;
using k8s;
using k8s.Models;

namespace BookRec.Tests.Deploy;

/// <summary>What the chart makes of its values. No cluster takes it here: Helm renders it, Kubernetes' types read it.</summary>
public sealed class HelmTests(Front front) : IClassFixture<Front>
{
    static readonly string[] Everything = ["ingress.enabled=true", "monitoring.enabled=true", "monitoring.exporters=true", "existingSecret=bookrec"];

    [Fact]
    public Task Helm_has_nothing_to_say_against_it() => HelmChart.Lint();

    [Fact]
    public async Task Every_object_is_one_of_kubernetes()
    {
        string[] always =
            ["Deployment", "HorizontalPodAutoscaler", "NetworkPolicy", "NetworkPolicy", "PodDisruptionBudget", "PodDisruptionBudget", "Service", "Service", "ServiceAccount", "StatefulSet"];

        Assert.Equal(always, Kinds(await HelmChart.Objects()));
        Assert.Equal(always.Concat(["ConfigMap", "Ingress", "Ingress"]).Order(StringComparer.Ordinal), Kinds(await HelmChart.Objects(Everything)));
    }

    [Fact]
    public async Task Pods_run_with_as_few_rights_as_they_can_and_end_in_their_own_time()
    {
        foreach (var pod in await Pods())
        {
            var container = Assert.Single(pod.Spec.Containers);
            Assert.True(pod.Spec.SecurityContext.RunAsNonRoot);
            Assert.False(pod.Spec.AutomountServiceAccountToken);
            Assert.True(container.SecurityContext.ReadOnlyRootFilesystem);
            Assert.False(container.SecurityContext.AllowPrivilegeEscalation);
            Assert.Equal(["ALL"], container.SecurityContext.Capabilities.Drop);
            Assert.Equal(("/api/live", "/api/live", "/api/ready"), (container.StartupProbe.HttpGet.Path, container.LivenessProbe.HttpGet.Path, container.ReadinessProbe.HttpGet.Path));
            // ASP.NET takes up to 30 s to drain.
            Assert.True(pod.Spec.TerminationGracePeriodSeconds >= container.Lifecycle.PreStop.Sleep.Seconds + 30);
        }
    }

    [Fact]
    public async Task Passwords_come_from_a_secret_that_is_somewhere_else()
    {
        foreach (var pod in await Pods())
            Assert.Contains(pod.Spec.Containers[0].Env, e => (e.Name, e.Value) == ("BookRec__Secrets__Name", "bookrec/production"));
        foreach (var pod in await Pods(Everything))
        {
            var secrets = pod.Spec.Containers[0].Env.Where(e => e.ValueFrom?.SecretKeyRef is not null).ToDictionary(e => e.Name, e => (e.ValueFrom.SecretKeyRef.Name, e.ValueFrom.SecretKeyRef.Key));
            Assert.Equal(("bookrec", "jwt_secret_key"), secrets["BookRec__Tokens__SigningKey"]);
            Assert.Equal(("bookrec", "postgres_password"), secrets["BookRec__Database__Password"]);
            Assert.Equal(("bookrec", "redis_password"), secrets["BookRec__Redis__Password"]);
            Assert.DoesNotContain(pod.Spec.Containers[0].Env, e => e.Name == "BookRec__Secrets__Name");
        }
    }

    [Fact]
    public async Task Every_setting_of_a_pod_is_one_that_we_have()
    {
        foreach (var pod in await Pods(Everything))
            Assert.Equal([], pod.Spec.Containers[0].Env.Select(e => e.Name).Where(n => n.StartsWith("BookRec__", StringComparison.Ordinal)).Except(SettingNames.Documented));
    }

    [Fact]
    public async Task Services_budgets_and_policies_mean_pods_that_are_there()
    {
        var objects = await HelmChart.Objects(Everything);
        var pods = Pods(objects).Select(p => p.Metadata.Labels).ToList();
        var selectors = objects.SelectMany(o => o switch
        {
            V1Service service => [service.Spec.Selector],
            V1PodDisruptionBudget budget => [budget.Spec.Selector.MatchLabels],
            V1NetworkPolicy policy => policy.Spec.Ingress.SelectMany(i => i.FromProperty).Select(p => p.PodSelector?.MatchLabels).OfType<IDictionary<string, string>>().Append(policy.Spec.PodSelector.MatchLabels),
            V1StatefulSet set => [set.Spec.Selector.MatchLabels],
            V1Deployment deployment => [deployment.Spec.Selector.MatchLabels],
            _ => (IEnumerable<IDictionary<string, string>>)[],
        }).ToList();

        Assert.Equal(10, selectors.Count);
        Assert.All(selectors, selector => Assert.Single(pods, pod => selector.All(pod.Contains)));
        var named = Pods(objects).SelectMany(p => p.Spec.Containers[0].Ports).Select(p => p.Name).ToHashSet();
        Assert.All(objects.OfType<V1NetworkPolicy>().SelectMany(p => p.Spec.Ingress).SelectMany(i => i.Ports), port => Assert.Contains(port.Port.Value, named));
    }

    [Fact]
    public async Task Prometheus_finds_every_process_and_the_same_alerts_as_elsewhere()
    {
        var foreign = await HelmChart.Foreign(Everything);

        var jobs = foreign["ServiceMonitor"].SelectMany(m => (List<object>)((Dictionary<object, object>)m["spec"])["endpoints"])
            .SelectMany(e => (List<object>)((Dictionary<object, object>)e)["relabelings"]).Select(r => (string)((Dictionary<object, object>)r)["replacement"]);
        Assert.Equal(["bookrec-silo", "bookrec-api"], jobs);
        Assert.Equal(Monitoring.Alerts.Select(a => a.alert), Alerts(foreign));
        var dashboards = (await HelmChart.Objects(Everything)).OfType<V1ConfigMap>().Single().Data;
        Assert.Equal(Monitoring.Dashboards.Select(d => d.File).Order(StringComparer.Ordinal), dashboards.Keys.Order(StringComparer.Ordinal));
        Assert.All(Monitoring.Dashboards, d => Assert.True(JsonNode.DeepEquals(d.Content, JsonNode.Parse(dashboards[d.File]))));
    }

    [Fact]
    public async Task Alerts_of_exporters_that_are_not_there_are_left_out()
        => Assert.Equal(
            Monitoring.Alerts.Where(a => a.alert.StartsWith("BookRec", StringComparison.Ordinal)).Select(a => a.alert),
            Alerts(await HelmChart.Foreign("monitoring.enabled=true")));

    [Fact]
    public async Task An_address_may_ask_of_the_ingress_what_it_may_ask_of_nginx()
    {
        var limits = File.ReadLines(Repository.PathOf("deploy", "nginx.env")).Where(l => !l.StartsWith('#')).ToDictionary(l => l.Split('=')[0], l => int.Parse(l.Split('=')[1].Replace("r/s", "", StringComparison.Ordinal), CultureInfo.InvariantCulture));
        var said = (await HelmChart.Objects(Everything)).OfType<V1Ingress>().Single(i => i.Metadata.Name == "bookrec-api").Metadata.Annotations;

        Assert.Equal($"{limits["BOOKREC_READS_RATE"]}", said["nginx.ingress.kubernetes.io/limit-rps"]);
        Assert.Equal($"{limits["BOOKREC_READS_BURST"] / limits["BOOKREC_READS_RATE"]}", said["nginx.ingress.kubernetes.io/limit-burst-multiplier"]);
        Assert.Equal($"{limits["BOOKREC_CONNECTIONS"]}", said["nginx.ingress.kubernetes.io/limit-connections"]);
    }

    [Fact]
    public async Task The_public_sees_what_is_for_the_public()
    {
        var ingress = (await HelmChart.Objects(Everything)).OfType<V1Ingress>().Single(i => i.Metadata.Name == "bookrec-api");
        var paths = ingress.Spec.Rules.Single().Http.Paths;
        Assert.All(ingress.Spec.Rules, rule => Assert.Contains(rule.Host, ingress.Spec.Tls.Single().Hosts));

        var closed = front.Endpoints.Select(e => e.RoutePattern.RawText!)
            .Where(route => !paths.Any(p => p.PathType == "Exact" ? route == p.Path : route == p.Path || route.StartsWith(p.Path + "/", StringComparison.Ordinal)));

        Assert.Equal(["/api/health", "/api/metrics"], closed.Where(r => r.StartsWith("/api/", StringComparison.Ordinal)).Distinct().Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("silo.replica=3", "replica")]
    [InlineData("silo.replicas=0", "replicas")]
    [InlineData("api.terminationGracePeriodSeconds=5", "terminationGracePeriodSeconds")]
    [InlineData("image.tag=latest", "tag")]
    [InlineData("postgres.connectionString=Host=h;Password=secret", "connectionString")]
    [InlineData("settings.Training__Factors=64", "settings")]
    [InlineData("secretsManager.name=", "secretsManager.name or existingSecret")]
    public async Task A_value_that_cannot_be_meant_is_refused_by_name(string value, string name)
    {
        var (exitCode, _, error) = await HelmChart.TryRender(value);

        Assert.NotEqual(0, exitCode);
        Assert.Contains(name, error, StringComparison.Ordinal);
    }

    static IEnumerable<string> Alerts(ILookup<string, Dictionary<object, object>> foreign)
        => ((List<object>)((Dictionary<object, object>)foreign["PrometheusRule"].Single()["spec"])["groups"])
            .SelectMany(g => (List<object>)((Dictionary<object, object>)g)["rules"]).Select(r => (string)((Dictionary<object, object>)r)["alert"]);

    static IEnumerable<string> Kinds(IEnumerable<IKubernetesObject> objects) => objects.Select(o => o.Kind).Order(StringComparer.Ordinal);

    static async Task<IReadOnlyList<V1PodTemplateSpec>> Pods(params string[] values) => Pods(await HelmChart.Objects(values));

    static IReadOnlyList<V1PodTemplateSpec> Pods(IEnumerable<object> objects)
        => [objects.OfType<V1StatefulSet>().Single().Spec.Template, objects.OfType<V1Deployment>().Single().Spec.Template];
}
