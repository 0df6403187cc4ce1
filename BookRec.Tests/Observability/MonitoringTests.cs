using System.Text.Json;
using System.Text.Json.Nodes;
using BookRec.Tests.Support;

namespace BookRec.Tests.Observability;

/// <summary>Alerts and dashboards as Prometheus reads them. That their metrics exist is shown by <see cref="TracingTests"/>.</summary>
public sealed class MonitoringTests
{
    [Fact]
    public async Task Prometheus_accepts_its_configuration_and_the_alerts()
        => await Tool.Run("promtool", "prometheus", Monitoring.Folder, "check", "config", "prometheus.yml");

    [Fact]
    public async Task Every_alert_fires_when_it_should_and_not_when_it_should_not()
    {
        string[] files = ["rules_test.yml", "rules_days_test.yml"];
        var tests = string.Concat(files.Select(file => File.ReadAllText(Path.Combine(Monitoring.Folder, file))));

        Assert.All(Monitoring.Alerts, alert => Assert.Contains($"alertname: {alert.alert}\n", tests, StringComparison.Ordinal));
        Assert.All(Monitoring.Alerts, alert => Assert.Contains($"runbook: {alert.annotations["runbook"]}", tests, StringComparison.Ordinal));
        await Tool.Run("promtool", "prometheus", Monitoring.Folder, ["test", "rules", .. files]);
    }

    [Fact]
    public async Task Every_expression_of_a_dashboard_is_one()
    {
        // A rule file is JSON as well as YAML.
        var rules = Monitoring.Expressions.Select((e, i) => new { record = $"panel:{i}", expr = e.Expression });
        var file = Path.Combine(Directory.CreateTempSubdirectory("bookrec-rules-").FullName, "rules.yml");
        await File.WriteAllTextAsync(file, JsonSerializer.Serialize(new { groups = new[] { new { name = "dashboards", rules } } }), TestContext.Current.CancellationToken);

        await Tool.Run("promtool", "prometheus", Monitoring.Folder, "check", "rules", file);

        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
    }

    [Fact]
    public void Every_alert_has_its_section_in_the_operations_manual()
    {
        var headings = File.ReadLines(Repository.PathOf("docs", "operations.md")).Where(l => l.StartsWith("### ", StringComparison.Ordinal)).Select(l => l[4..]).ToHashSet();

        Assert.NotEmpty(Monitoring.Alerts);
        Assert.All(Monitoring.Alerts, alert =>
        {
            Assert.Contains(alert.alert, headings);
            Assert.Equal($"docs/operations.md#{alert.alert.ToLowerInvariant()}", alert.annotations["runbook"]);
            Assert.NotEmpty(alert.annotations["summary"]);
            Assert.True(alert.labels["severity"] is "warning" or "critical", alert.alert);
        });
    }

    [Fact]
    public void Dashboards_can_be_told_apart_fit_the_screen_and_explain_each_panel()
    {
        Assert.Equal(5, Monitoring.Dashboards.Select(d => (string)d.Content["uid"]!).Distinct().Count());
        Assert.All(Monitoring.Dashboards, dashboard =>
        {
            var panels = dashboard.Content["panels"]!.AsArray().Select(p => p!.AsObject()).ToList();
            Assert.Equal(panels.Count, panels.Select(p => (int)p["id"]!).Distinct().Count());
            Assert.All(panels, panel =>
            {
                Assert.NotEmpty((string)panel["title"]!);
                Assert.False(string.IsNullOrEmpty((string?)panel["description"]), $"{dashboard.File}: '{panel["title"]}' has no description");
                Assert.NotEmpty((string)panel["fieldConfig"]!["defaults"]!["unit"]!);
            });
            Assert.All(panels, panel => Assert.InRange((int)panel["gridPos"]!["x"]! + (int)panel["gridPos"]!["w"]!, 1, 24));
            var cells = panels.SelectMany(Cells).ToList();
            Assert.Equal(cells.Count, cells.Distinct().Count());
            Assert.All(panels, panel => Assert.All(panel["targets"]!.AsArray(), t => Assert.Equal("${datasource}", (string)t!["datasource"]!["uid"]!)));
        });
    }

    [Theory]
    [InlineData("sum by (le) (rate(a_bucket{le=\"x[5m]\",b=\"c\"}[5m])) / on (instance) group_left(d) e", "a_bucket e")]
    [InlineData("time() - max(f) > 30 * 86400 and g offset 8d unless on (h) i == 1e3", "f g i")]
    [InlineData("histogram_quantile(0.9, sum(rate(j[1m])))", "j")]
    public void The_metrics_of_an_expression_are_found(string expression, string metrics) => Assert.Equal(metrics.Split(' '), PromQl.Metrics(expression));

    static IEnumerable<(int X, int Y)> Cells(JsonObject panel)
    {
        var place = panel["gridPos"]!;
        return from x in Enumerable.Range((int)place["x"]!, (int)place["w"]!)
               from y in Enumerable.Range((int)place["y"]!, (int)place["h"]!)
               select (x, y);
    }
}
