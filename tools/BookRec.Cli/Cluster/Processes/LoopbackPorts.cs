using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace BookRec.Cli.Cluster.Processes;

/// <summary>
/// Free ports on 127.0.0.1, below those that Linux hands out to outgoing connections: a server that is down for a moment must find its port
/// free again.
/// </summary>
static class LoopbackPorts
{
    const int Lowest = 20_000;
    const int Highest = 32_000;
    const int Attempts = 1000;

    /// <param name="taken">Ports that are spoken for though nobody listens there yet.</param>
    public static int Choose(IReadOnlySet<int> taken)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            // At random, so that two clusters that start together do not meet.
            var port = RandomNumberGenerator.GetInt32(Lowest, Highest);
            if (!taken.Contains(port) && IsFree(port))
                return port;
        }

        throw new CliException($"there is no free port from {Lowest} to {Highest} on 127.0.0.1");
    }

    public static bool IsFree(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        // As servers do: connections that a stopped server left behind do not count.
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            socket.Listen(1);
            return true;
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.AddressAlreadyInUse or SocketError.AccessDenied)
        {
            return false;
        }
    }
}
