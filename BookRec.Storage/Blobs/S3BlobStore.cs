using System.Runtime.CompilerServices;
using Amazon;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace BookRec.Storage.Blobs;

/// <summary>
/// Blobs in an S3 bucket. S3 shows an object whole or not at all. Every call has a time limit, a download one for each piece, and after a row
/// of failures further calls fail at once for a while, so that nobody queues up behind a dead endpoint.
/// </summary>
/// <remarks>Safe for concurrent use. One object is at most 5 GB, S3's limit for a single put. Credentials come from the SDK's chain.</remarks>
public sealed class S3BlobStore : IBlobStore, IDisposable
{
    private readonly AmazonS3Client _client;
    private readonly S3Location _location;
    private readonly S3Guard _guard;
    private readonly TimeProvider _time;

    /// <exception cref="AmazonClientException">No region is known.</exception>
    public S3BlobStore(S3Location location, TimeProvider? time = null)
    {
        _location = location;
        _client = new AmazonS3Client(Configure(location));
        _time = time ?? TimeProvider.System;
        _guard = new S3Guard(_time);
    }

    /// <summary>Asks whether the bucket is there and may be read; throws otherwise.</summary>
    public async Task Ping(CancellationToken cancellationToken)
        => await _client.HeadBucketAsync(new HeadBucketRequest { BucketName = _location.Bucket }, cancellationToken);

    public async Task Put(string key, Stream content, CancellationToken cancellationToken = default)
    {
        BlobKey.Check(key);
        if (!content.CanSeek)
        {
            await using var spooled = Spool();
            await content.CopyToAsync(spooled, cancellationToken);
            spooled.Position = 0;
            await Upload(key, spooled, cancellationToken);
            return;
        }

        await Upload(key, content, cancellationToken);
    }

    public async Task<Stream?> Open(string key, CancellationToken cancellationToken = default)
    {
        BlobKey.Check(key);
        try
        {
            var found = await _guard.Answer.ExecuteAsync(async cancelled => await _client.GetObjectAsync(_location.Bucket, key, cancelled), cancellationToken);
            return new LimitedSilence(found.ResponseStream, key, S3Guard.SilenceLimit, _time);
        }
        catch (AmazonS3Exception missing) when (missing.ErrorCode == "NoSuchKey")
        {
            return null;
        }
    }

    public async Task Delete(string key, CancellationToken cancellationToken = default)
    {
        BlobKey.Check(key);
        await _guard.Answer.ExecuteAsync(async cancelled => await _client.DeleteObjectAsync(_location.Bucket, key, cancelled), cancellationToken);
    }

    public async IAsyncEnumerable<string> List(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        // Pages by the last key, which every S3-compatible service understands; the tokens of the newer operation some cannot make. Nor do
        // all list in ordinal order, as AWS does. Keys are as many as there are models.
        var request = new ListObjectsRequest { BucketName = _location.Bucket, Prefix = prefix };
        var keys = new SortedSet<string>(StringComparer.Ordinal);
        for (var more = true; more;)
        {
            var page = await _guard.Answer.ExecuteAsync(async cancelled => await _client.ListObjectsAsync(request, cancelled), cancellationToken);
            keys.UnionWith((page.S3Objects ?? []).Select(found => found.Key));
            request.Marker = page.S3Objects?.LastOrDefault()?.Key;
            more = page.IsTruncated == true;
        }

        foreach (var key in keys)
            yield return key;
    }

    public void Dispose() => _client.Dispose();

    private static AmazonS3Config Configure(S3Location location)
    {
        var config = new AmazonS3Config
        {
            ForcePathStyle = location.Endpoint is not null,
            MaxErrorRetry = 2,
            Timeout = S3Guard.UploadLimit,

            // The registry keeps a SHA-256 of every artifact; S3-compatible services do not all know the newer checksums.
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        };
        if (location.Endpoint is not null)
            config.ServiceURL = location.Endpoint;
        else if (location.Region is not null)
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(location.Region);
        if (location.Region is not null)
            config.AuthenticationRegion = location.Region;
        return config;
    }

    /// <summary>A signature needs the whole content before the first byte is sent.</summary>
    private static FileStream Spool()
        => new(Path.GetTempFileName(), FileMode.Open, FileAccess.ReadWrite, FileShare.None, 1 << 16, FileOptions.Asynchronous | FileOptions.DeleteOnClose);

    private async Task Upload(string key, Stream content, CancellationToken cancellationToken)
    {
        var start = content.Position;
        await _guard.Upload.ExecuteAsync(
            async cancelled =>
            {
                content.Position = start;
                await _client.PutObjectAsync(
                    new PutObjectRequest { BucketName = _location.Bucket, Key = key, InputStream = content, AutoCloseStream = false, UseChunkEncoding = false },
                    cancelled);
            },
            cancellationToken);
    }
}
