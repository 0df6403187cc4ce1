namespace BookRec.Storage.Blobs;

/// <summary>Which bucket, and where S3 is.</summary>
/// <param name="Bucket">It must exist.</param>
/// <param name="Region">Null: as the SDK finds it.</param>
/// <param name="Endpoint">An S3-compatible service; null for AWS. Buckets are then addressed by path, since such services have no name for each.</param>
public sealed record S3Location(string Bucket, string? Region, string? Endpoint);
