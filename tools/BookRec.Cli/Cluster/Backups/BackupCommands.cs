using System.CommandLine;
using BookRec.Cli.Output;

namespace BookRec.Cli.Cluster.Backups;

/// <summary><c>cluster backup</c>, <c>cluster restore</c> and <c>cluster drill</c>.</summary>
static class BackupCommands
{
    public static Command Backup(CliEnvironment environment, Option<string> data)
    {
        var folder = new Argument<string>("DIR") { Description = "A new folder for the backup; it will hold secrets" };
        var command = new Command("backup", "Save what cannot be made again while the cluster runs") { folder, data };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var backup = new Backup(Path.GetFullPath(parsed.GetRequiredValue(folder)));
            var inventory = await backup.Make(LocalCluster.Open(environment, parsed.GetRequiredValue(data)), cancellationToken);
            environment.Out.Say($"Saved in {backup.Folder}: {inventory}");
            return CommandLine.Succeeded;
        });
        return command;
    }

    public static Command Restore(CliEnvironment environment, Option<string> data)
    {
        var folder = new Argument<string>("DIR") { Description = "The folder of the backup" };
        var command = new Command("restore", "Make the data of a new cluster out of a backup; `up` starts it") { folder, data };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var target = parsed.GetRequiredValue(data);
            var inventory = await new Backup(Path.GetFullPath(parsed.GetRequiredValue(folder))).Restore(environment, target, cancellationToken);
            environment.Out.Say($"Restored in {Path.GetFullPath(target)}: {inventory}");
            return CommandLine.Succeeded;
        });
        return command;
    }

    public static Command Drill(CliEnvironment environment)
    {
        var command = new Command("drill", "Start a cluster of its own, save it, destroy it, restore it and check that all is there");
        command.SetAction((_, cancellationToken) => RestoreDrill.Run(environment, cancellationToken));
        return command;
    }
}
