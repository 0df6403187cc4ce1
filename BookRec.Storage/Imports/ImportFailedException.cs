namespace BookRec.Storage.Imports;

/// <summary>An import that cannot go on: a file that is not what its name says. What was committed before stays. The message is for its owner.</summary>
public sealed class ImportFailedException : Exception
{
    public ImportFailedException(string file, string why)
        : base($"{file}: {why}")
    {
    }

    public ImportFailedException(string message)
        : base(message)
    {
    }
}
