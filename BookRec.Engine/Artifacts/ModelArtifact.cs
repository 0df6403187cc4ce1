namespace BookRec.Engine.Artifacts;

/// <summary>The file form of a <see cref="ModelSnapshot"/> (without books newer than the model).</summary>
/// <remarks>
/// <code>
/// magic      8 bytes    BOOKREC\n
/// format     int32      4; 3 is read as well
/// sections   int32
/// per section: name (8 bytes, ASCII, padded by zeros), length (int64), payload
/// digest     32 bytes   SHA-256 of all before it
/// </code>
/// Numbers are little-endian. The first section is the manifest, JSON; the others are plain arrays, see <see cref="ArtifactSections"/>.
/// </remarks>
public static class ModelArtifact
{
    /// <summary>Writes the artifact; the same snapshot gives the same bytes.</summary>
    public static void Write(ModelSnapshot snapshot, Stream destination)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        ArgumentNullException.ThrowIfNull(destination);
        ArtifactWriter.Write(snapshot.WithoutNewBooks(), destination);
    }

    /// <summary>Reads and checks everything: checksums, shapes, indices in range, no NaN or infinity.</summary>
    /// <exception cref="InvalidArtifactException">When anything is wrong; says what.</exception>
    public static ModelSnapshot Read(Stream source)
    {
        ArgumentNullException.ThrowIfNull(source);
        return ArtifactReader.Read(source);
    }
}
