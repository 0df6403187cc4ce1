using Amazon;
using Amazon.Runtime;
using Amazon.Runtime.Endpoints;
using Amazon.Runtime.Internal;

namespace BookRec.Hosting.Secrets;

/// <summary>Where Secrets Manager is and how patiently the SDK asks it; whoever starts the process retries on top of that.</summary>
internal sealed class SecretsManagerConfig : ClientConfig
{
    public const string SigningName = "secretsmanager";

    public SecretsManagerConfig(AwsEndpoint endpoint)
        : base(new Defaults())
    {
        AuthenticationServiceName = SigningName;
        MaxErrorRetry = 1;
        Timeout = TimeSpan.FromSeconds(5);
        if (endpoint.Url is not null)
            ServiceURL = endpoint.Url;
        else if (endpoint.Region is not null)
            RegionEndpoint = RegionEndpoint.GetBySystemName(endpoint.Region);
        if (endpoint.Region is not null)
            AuthenticationRegion = endpoint.Region;
    }

    public override string RegionEndpointServiceName => SigningName;

    public override string ServiceVersion => "2017-10-17";

    public override string UserAgent => "bookrec-secretsmanager/1.0";

    public override Endpoint DetermineServiceOperationEndpoint(ServiceOperationEndpointParameters parameters)
        => new(ServiceURL ?? $"https://secretsmanager.{RegionEndpoint.SystemName}.{RegionEndpoint.PartitionDnsSuffix}");

    private sealed class Defaults : IDefaultConfigurationProvider
    {
        public IDefaultConfiguration GetDefaultConfiguration(RegionEndpoint clientRegion, DefaultConfigurationMode? requestedConfigurationMode = null)
            => new Standard();
    }

    private sealed class Standard : DefaultConfiguration
    {
        public Standard()
        {
            Name = DefaultConfigurationMode.Standard;
            RetryMode = RequestRetryMode.Standard;
            ConnectTimeout = TimeSpan.FromSeconds(3);
        }
    }
}
