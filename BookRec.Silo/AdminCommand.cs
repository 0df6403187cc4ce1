using BookRec.Grains.Accounts;
using BookRec.Grains.Interfaces;
using BookRec.Grains.Interfaces.Accounts;
using BookRec.Hosting;
using BookRec.Storage.Accounts;

namespace BookRec.Silo;

/// <summary>
/// <c>admin create EMAIL</c>: makes an administrator in the database itself, so that a cluster without one gets its first. Whoever may read
/// the settings may do this; no password stands in arguments, settings or files.
/// </summary>
internal static class AdminCommand
{
    public static bool IsMeant(string[] args) => args is ["admin", ..];

    public static async Task Run(string[] args, TextReader input, TextWriter output)
    {
        if (args is not ["admin", "create", var email, .. var switches] || !LooksLikeAnAddress(email))
            throw new SettingsException("the command is: admin create EMAIL [--data DIR] [--BookRec:<setting>=<value>]; the password comes from standard input");

        var builder = WebApplication.CreateBuilder(CommandLine.Expand(switches));
        await using (var gate = new StartupGate(builder))
            await gate.ReadSecrets();
        var configuration = builder.Configuration;
        var host = SettingsReader.BindHost(configuration);
        var silo = SettingsReader.BindSection<SiloSettings>(configuration, SiloSettings.Section);
        var password = Console.IsInputRedirected ? await input.ReadLineAsync() : Ask(output);
        if (PasswordPolicy.Problems(password ?? "", email).FirstOrDefault() is { } problem)
            throw new SettingsException($"the password {problem}");

        using var passwords = new Passwords(silo.PasswordCost);
        await using var database = SiloStorage.DatabaseOf(host, new LivePassword(configuration, LivePassword.Database));
        await database.Migrate();
        try
        {
            await new AccountStore(database, TimeProvider.System).Create(email, await passwords.Hash(password!), null, Role.Admin);
        }
        catch (RejectedException taken) when (taken.Kind == RejectionKind.Conflict)
        {
            throw new SettingsException($"{email} has an account already; another administrator can promote it");
        }

        await output.WriteLineAsync($"{email} is an administrator now");
    }

    private static bool LooksLikeAnAddress(string text) => text.IndexOf('@', StringComparison.Ordinal) is > 0 and var at && at < text.Length - 1 && !text.Any(char.IsWhiteSpace);

    /// <summary>Twice, and not shown.</summary>
    private static string Ask(TextWriter output)
    {
        var first = Hidden("Password: ", output);
        return first == Hidden("Once more: ", output) ? first : throw new SettingsException("the two passwords differ");
    }

    private static string Hidden(string prompt, TextWriter output)
    {
        output.Write(prompt);
        var typed = new System.Text.StringBuilder();
        while (Console.ReadKey(intercept: true) is { Key: not ConsoleKey.Enter } key)
        {
            if (key.Key == ConsoleKey.Backspace)
                typed.Length = Math.Max(0, typed.Length - 1);
            else
                typed.Append(key.KeyChar);
        }

        output.WriteLine();
        return typed.ToString();
    }
}
