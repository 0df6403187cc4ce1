namespace BookRec.Hosting;

/// <summary>The few lines a person at the terminal sees while the host starts; everything else goes to the log.</summary>
/// <param name="output">Where lines go; <see cref="TextWriter.Null"/> where the console belongs to machines.</param>
public sealed class Announcer(TextWriter output)
{
    private readonly TextWriter _output = TextWriter.Synchronized(output);

    /// <summary>Writes one line at once. Safe from any thread.</summary>
    public void Say(string line)
    {
        _output.WriteLine(line);
        _output.Flush();
    }
}
