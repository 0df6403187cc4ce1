namespace BookRec.Engine.Artifacts;

/// <summary>An artifact that is truncated, corrupt or of the wrong shape.</summary>
public sealed class InvalidArtifactException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>The file form of a <see cref="ModelSnapshot"/> (without books newer than the model).</summary>
public static class ModelArtifact
{
    /// <summary>Writes the artifact; the same snapshot gives the same bytes.</summary>
    public static void Write(ModelSnapshot snapshot, Stream destination) => throw new NotImplementedException();

    /// <summary>Reads and checks everything: checksums, shapes, indices in range, no NaN or infinity.</summary>
    /// <exception cref="InvalidArtifactException">When anything is wrong; says what.</exception>
    public static ModelSnapshot Read(Stream source) => throw new NotImplementedException();
}
