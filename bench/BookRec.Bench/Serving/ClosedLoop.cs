using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using HdrHistogram;

namespace BookRec.Bench.Serving;

/// <param name="PerSecond">Requests answered.</param>
/// <param name="GeneratorSeconds">Processor time that asking has taken, which on a small machine the server misses.</param>
sealed record LoopResult(double PerSecond, double P50Milliseconds, double P99Milliseconds, long Requests, double GeneratorSeconds);

/// <summary>
/// Connections that each ask again as soon as they are answered. A thread and a blocking socket each: two system calls a request, so that the
/// generator takes as little as it can from the server beside it.
/// </summary>
static class ClosedLoop
{
    const long HighestMicroseconds = 60_000_000;

    /// <param name="request">Makes the bytes of a connection's next request.</param>
    public static LoopResult Run(int port, int connections, TimeSpan duration, Func<int, long, byte[]> request)
    {
        var histograms = Enumerable.Range(0, connections).Select(_ => new LongHistogram(HighestMicroseconds, 3)).ToArray();
        using var start = new Barrier(connections + 1);
        var failures = new List<Exception>();
        var threads = Enumerable.Range(0, connections).Select(connection => new Thread(() =>
        {
            try
            {
                Ask(port, duration, number => request(connection, number), histograms[connection], start);
            }
            catch (Exception failure)
            {
                lock (failures)
                    failures.Add(failure);
            }
        })).ToArray();
        foreach (var thread in threads)
            thread.Start();
        start.SignalAndWait();
        var processor = Environment.CpuUsage.TotalTime;
        var clock = Stopwatch.StartNew();
        foreach (var thread in threads)
            thread.Join();
        var seconds = clock.Elapsed.TotalSeconds;
        if (failures.Count > 0)
            throw new AggregateException(failures);

        var all = histograms[0];
        foreach (var other in histograms.Skip(1))
            all.Add(other);
        return new LoopResult(
            all.TotalCount / seconds, all.GetValueAtPercentile(50) / 1e3, all.GetValueAtPercentile(99) / 1e3, all.TotalCount,
            (Environment.CpuUsage.TotalTime - processor).TotalSeconds);
    }

    static void Ask(int port, TimeSpan duration, Func<long, byte[]> request, LongHistogram histogram, Barrier start)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(IPAddress.Loopback, port);
        var answer = new HttpAnswer(socket);
        start.SignalAndWait();
        var began = Stopwatch.GetTimestamp();
        for (long number = 0; Stopwatch.GetElapsedTime(began) < duration; number++)
        {
            var bytes = request(number);
            var asked = Stopwatch.GetTimestamp();
            socket.Send(bytes);
            answer.Read();
            histogram.RecordValue(Math.Min(HighestMicroseconds, (long)Stopwatch.GetElapsedTime(asked).TotalMicroseconds));
        }
    }
}

/// <summary>Reads answers off a connection, as much of HTTP/1.1 as servers use for a body whose end is known.</summary>
sealed class HttpAnswer(Socket socket)
{
    static readonly byte[] EndOfHead = "\r\n\r\n"u8.ToArray();
    static readonly byte[] LastChunk = "\r\n0\r\n\r\n"u8.ToArray();

    readonly byte[] buffer = new byte[256 * 1024];
    int filled;

    /// <exception cref="InvalidDataException">The answer is no success.</exception>
    public void Read()
    {
        filled = 0;
        int head;
        while ((head = buffer.AsSpan(0, filled).IndexOf(EndOfHead)) < 0)
            Receive();
        var headers = buffer.AsSpan(0, head);
        if (headers[9] != '2')
            throw new InvalidDataException(Encoding.UTF8.GetString(buffer, 0, filled));
        if (Length(headers) is { } length)
        {
            while (filled < head + EndOfHead.Length + length)
                Receive();
        }
        else
        {
            while (!buffer.AsSpan(0, filled).EndsWith(LastChunk))
                Receive();
        }
    }

    static int? Length(ReadOnlySpan<byte> headers)
    {
        var at = headers.IndexOf("Content-Length: "u8);
        return at >= 0 && System.Buffers.Text.Utf8Parser.TryParse(headers[(at + 16)..], out int length, out _) ? length : null;
    }

    void Receive()
    {
        var received = socket.Receive(buffer, filled, buffer.Length - filled, SocketFlags.None);
        if (received == 0)
            throw new EndOfStreamException("The server has hung up.");
        filled += received;
    }
}
