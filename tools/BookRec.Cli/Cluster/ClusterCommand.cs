using System.CommandLine;
using System.Globalization;
using BookRec.Cli.Cluster.Backups;
using BookRec.Cli.Output;

namespace BookRec.Cli.Cluster;

/// <summary><c>cluster</c>: a whole cluster on this machine, without containers.</summary>
static class ClusterCommand
{
    const int LogLines = 100;
    const int MostProcesses = 50;

    public static Command Create(CliEnvironment environment) => new("cluster", "Run a cluster on this machine")
    {
        Up(environment),
        Status(environment),
        Scale(environment),
        Kill(environment),
        Logs(environment),
        Down(environment),
        BackupCommands.Backup(environment, Data()),
        BackupCommands.Restore(environment, Data()),
        BackupCommands.Drill(environment),
    };

    static Command Up(CliEnvironment environment)
    {
        var silos = Count("--silos", $"How many silos; {ClusterSize.DefaultSilos} in a new cluster");
        var apis = Count("--apis", $"How many web APIs; {ClusterSize.DefaultApis} in a new cluster");
        var port = new Option<int?>("--port") { Description = $"Where NGINX listens; {ClusterSize.DefaultPort} in a new cluster" };
        port.Takes<int>("a number from 1 to 65535", value => value is >= 1 and <= 65535);
        var tls = new Option<bool?>("--tls") { Description = "Whether NGINX speaks HTTPS, with a certificate made here; true in a new cluster" };
        var data = Data();
        var command = new Command("up", "Start the cluster, or what is missing of it, and wait until it is ready") { silos, apis, port, tls, data };
        command.SetAction((parsed, cancellationToken) =>
        {
            var size = new ClusterSize(parsed.GetValue(silos), parsed.GetValue(apis), parsed.GetValue(port), parsed.GetValue(tls));
            return Start(environment, LocalCluster.Open(environment, parsed.GetRequiredValue(data), size), size, cancellationToken);
        });
        return command;
    }

    static Command Scale(CliEnvironment environment)
    {
        var silos = new Argument<int>("N") { Description = "How many silos there shall be" };
        silos.Validators.Add(given =>
        {
            if (given.Tokens is [var token] && !(int.TryParse(token.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is >= 1 and <= MostProcesses))
                given.AddError($"scale takes a number of silos from 1 to {MostProcesses}, not '{token.Value}'");
        });
        var data = Data();
        var command = new Command("scale", "Change the number of silos; those that go hand their work over first") { silos, data };
        command.SetAction((parsed, cancellationToken) => Start(
            environment, LocalCluster.Open(environment, parsed.GetRequiredValue(data)), new ClusterSize(parsed.GetValue(silos)), cancellationToken));
        return command;
    }

    static async Task<int> Start(CliEnvironment environment, LocalCluster cluster, ClusterSize size, CancellationToken cancellationToken)
    {
        using var only = cluster.Folder.Lock();
        var began = environment.Time.GetTimestamp();
        environment.Out.Say($"The cluster in {cluster.Folder.Root}:");
        await cluster.Up(size, cancellationToken);
        environment.Out.Say($"Ready after {ConsoleText.Seconds(environment.Time.GetElapsedTime(began))} at {cluster.State.Url.GetLeftPart(UriPartial.Authority)}");
        if (cluster.CertificateFile is { } certificate)
            environment.Out.Say($"Clients trust the certificate in {certificate}");
        environment.Out.Say($"The administrator is admin@bookrec.local; the password is in {cluster.Folder.AdminPasswordFile}");
        return CommandLine.Succeeded;
    }

    static Command Status(CliEnvironment environment)
    {
        var json = new Option<bool>("--json") { Description = "For programs" };
        var data = Data();
        var command = new Command("status", "Show every process with its port, memory and health; exit 1 unless all are well") { json, data };
        command.SetAction((parsed, cancellationToken) => ClusterReport.Print(
            environment, LocalCluster.Open(environment, parsed.GetRequiredValue(data)), parsed.GetValue(json), cancellationToken));
        return command;
    }

    static Command Kill(CliEnvironment environment)
    {
        var name = Name();
        var data = Data();
        var command = new Command("kill", "kill -9 a process; `up` starts it again") { name, data };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var cluster = LocalCluster.Open(environment, parsed.GetRequiredValue(data));
            await cluster.Kill(cluster.Find(parsed.GetRequiredValue(name)), cancellationToken);
            environment.Out.Say($"{parsed.GetRequiredValue(name)} is killed.");
            return CommandLine.Succeeded;
        });
        return command;
    }

    static Command Logs(CliEnvironment environment)
    {
        var name = Name();
        name.Arity = ArgumentArity.ZeroOrOne;
        var follow = new Option<bool>("--follow", "-f") { Description = "Go on with what is written from now on" };
        var lines = new Option<int>("--lines", "-n") { Description = "How many of the last lines", DefaultValueFactory = _ => LogLines };
        var data = Data();
        var command = new Command("logs", "Show the last lines that a process has written, or each of them") { name, follow, lines, data };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var cluster = LocalCluster.Open(environment, parsed.GetRequiredValue(data));
            IReadOnlyList<Parts.Part> parts = parsed.GetValue(name) is { } one ? [cluster.Find(one)] : cluster.Parts;
            foreach (var part in parts)
            {
                foreach (var line in LogTail.Of(part.LogFile, parsed.GetValue(lines)))
                    Print(part, line);
            }

            if (parsed.GetValue(follow))
                await Task.WhenAll(parts.Select(part => LogTail.Follow(part.LogFile, line => Print(part, line), environment.PollInterval, environment.Time, cancellationToken)));
            return CommandLine.Succeeded;

            void Print(Parts.Part part, string line) => environment.Out.Profile.Out.Writer.WriteLine(
                parts.Count > 1 ? $"{part.Name,-10} {ConsoleText.Printable(line)}" : ConsoleText.Printable(line));
        });
        return command;
    }

    static Command Down(CliEnvironment environment)
    {
        var purge = new Option<bool>("--purge") { Description = "Delete the data too" };
        var data = Data();
        var command = new Command("down", "Stop the cluster; its data stays") { purge, data };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var cluster = LocalCluster.Open(environment, parsed.GetRequiredValue(data));
            using (cluster.Folder.Lock())
                await cluster.Down(cancellationToken);
            if (parsed.GetValue(purge))
                Directory.Delete(cluster.Folder.Root, recursive: true);
            environment.Out.Say(parsed.GetValue(purge) ? $"Everything in {cluster.Folder.Root} is deleted." : $"The data stays in {cluster.Folder.Root}");
            return CommandLine.Succeeded;
        });
        return command;
    }

    static Argument<string> Name() => new("NAME") { Description = "Such as silo-2, as `status` shows it" };

    static Option<string> Data() => new("--data") { Description = "Where the cluster keeps everything", DefaultValueFactory = _ => Path.Combine("var", "cluster") };

    static Option<int?> Count(string name, string description)
    {
        var option = new Option<int?>(name) { Description = description };
        option.Takes<int>($"a number from 1 to {MostProcesses}", value => value is >= 1 and <= MostProcesses);
        return option;
    }
}
