using System.ComponentModel.DataAnnotations;

namespace BookRec.Hosting;

/// <summary>Where a cluster keeps its models. Section <c>BookRec:Blobs</c>; the account, region and endpoint are AWS's own variables.</summary>
public sealed record BlobSettings
{
    /// <summary>An S3 bucket; it must exist.</summary>
    [Required, RegularExpression("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", ErrorMessage = "must be a bucket name: 3 to 63 of a-z 0-9 . -")]
    public string Bucket { get; init; } = "bookrec-models";
}
