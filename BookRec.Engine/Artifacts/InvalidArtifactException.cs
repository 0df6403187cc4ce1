namespace BookRec.Engine.Artifacts;

/// <summary>An artifact that is truncated, corrupt or of the wrong shape.</summary>
public sealed class InvalidArtifactException(string message, Exception? inner = null) : Exception(message, inner);
