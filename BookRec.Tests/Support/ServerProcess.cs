using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace BookRec.Tests.Support;

/// <summary>A program that serves while a test runs: its output is kept, and it is killed when disposed.</summary>
public sealed class ServerProcess : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly StringBuilder _output = new();
    private readonly Process _process;
    private readonly string _name;

    private ServerProcess(string name, Process process)
    {
        (_name, _process) = (name, process);
        _process.OutputDataReceived += Take;
        _process.ErrorDataReceived += Take;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Everything it wrote so far.</summary>
    public string Output
    {
        get
        {
            lock (_output)
                return _output.ToString();
        }
    }

    public bool HasExited => _process.HasExited;

    /// <param name="settings">Environment variables beside this process's own.</param>
    public static ServerProcess Start(string program, IEnumerable<string> arguments, IEnumerable<KeyValuePair<string, string>>? settings = null)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Path.GetTempPath() };
        foreach (var (name, value) in settings ?? [])
            start.Environment[name] = value;
        try
        {
            return new ServerProcess(Path.GetFileNameWithoutExtension(program), Process.Start(start)!);
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            throw new InvalidOperationException($"These tests need {program}: {missing.Message}. `./bookrec test` installs it.", missing);
        }
    }

    /// <summary>A program of ours, from the build that belongs to this test build.</summary>
    /// <param name="project">Its folder below the repository's root.</param>
    public static ServerProcess StartOurs(string project, IEnumerable<string> arguments, IEnumerable<KeyValuePair<string, string>> settings)
    {
        var here = new DirectoryInfo(AppContext.BaseDirectory);
        var (framework, configuration, root) = (here.Name, here.Parent!.Name, here.Parent!.Parent!.Parent!.Parent!.FullName);
        return Start("dotnet", [Path.Combine(root, project, "bin", configuration, framework, $"{Path.GetFileName(project)}.dll"), .. arguments], settings);
    }

    /// <summary>A loopback port that nobody listens on now.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Asks again and again, and fails with the output when the process ends or patience does.</summary>
    public async Task Until(Func<Task<bool>> condition, string what)
    {
        var waited = Stopwatch.StartNew();
        while (!await condition())
        {
            if (_process.HasExited)
                Assert.Fail($"{_name} ended with {_process.ExitCode} while waiting for {what}.\n{Output}");
            if (waited.Elapsed > Patience)
                Assert.Fail($"Waited {Patience} for {what} in vain.\n{Output}");
            await Task.Delay(50);
        }
    }

    /// <summary>Whether somebody takes connections on the port.</summary>
    public static async Task<bool> Listens(int port)
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    public Task Signal(string signal) => Run("kill", $"-{signal}", $"{_process.Id}");

    /// <summary>kill -9.</summary>
    public async Task Kill()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
    }

    /// <summary>Waits for its end.</summary>
    public async Task<int> Exit()
    {
        await _process.WaitForExitAsync().WaitAsync(Patience);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            await Kill();
        _process.Dispose();
    }

    private static async Task Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        await process.WaitForExitAsync();
    }

    private void Take(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is not null)
            lock (_output)
                _output.AppendLine(line.Data);
    }
}
