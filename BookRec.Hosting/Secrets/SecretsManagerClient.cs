using System.Net;
using System.Text.Json;
using Amazon.Runtime;
using Amazon.Runtime.Credentials.Internal;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Auth;
using Amazon.Runtime.Internal.Transform;
using Amazon.Runtime.Internal.Util;
using IRequest = Amazon.Runtime.Internal.IRequest;

namespace BookRec.Hosting.Secrets;

/// <summary>
/// The one operation of AWS Secrets Manager that is needed here, on the SDK's own runtime: signing, the chain of credentials, retries and
/// the mapping of errors are the SDK's.
/// </summary>
/// <remarks>JSON 1.1 protocol, <see href="https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html"/>.</remarks>
internal sealed class SecretsManagerClient(SecretsManagerConfig config) : AmazonServiceClient(config)
{
    protected override IServiceMetadata ServiceMetadata { get; } = new Metadata();

    /// <returns>The secret's text; null when it is binary.</returns>
    /// <exception cref="SecretsManagerException">The service refused; its error code says why.</exception>
    public async Task<string?> GetSecret(string name, CancellationToken cancellationToken)
    {
        var options = new InvokeOptions { RequestMarshaller = Marshaller.Instance, ResponseUnmarshaller = Unmarshaller.Instance };
        return (await InvokeAsync<SecretValue>(new SecretRequest { Name = name }, options, cancellationToken)).Text;
    }

    protected override void CustomizeRuntimePipeline(RuntimePipeline pipeline)
        => pipeline.AddHandlerAfter<Amazon.Runtime.Internal.Marshaller>(new Signature4());

    private sealed class Metadata : IServiceMetadata
    {
        public string ServiceId => "Secrets Manager";

        public IDictionary<string, string> OperationNameMapping { get; } = new Dictionary<string, string>();
    }

    private sealed class Signature4 : BaseAuthResolverHandler
    {
        protected override List<IAuthSchemeOption> ResolveAuthOptions(IExecutionContext executionContext) => AuthSchemeOption.DEFAULT_SIGV4;
    }

    private sealed class SecretRequest : AmazonWebServiceRequest
    {
        public required string Name { get; init; }
    }

    private sealed class SecretValue : AmazonWebServiceResponse
    {
        public string? Text { get; init; }
    }

    private sealed class Marshaller : IMarshaller<IRequest, AmazonWebServiceRequest>
    {
        public static readonly Marshaller Instance = new();

        public IRequest Marshall(AmazonWebServiceRequest input)
        {
            var request = new DefaultRequest(input, SecretsManagerConfig.SigningName)
            {
                HttpMethod = "POST",
                ResourcePath = "/",
                Content = JsonSerializer.SerializeToUtf8Bytes(new { SecretId = ((SecretRequest)input).Name }),
            };
            request.Headers["X-Amz-Target"] = "secretsmanager.GetSecretValue";
            request.Headers["Content-Type"] = "application/x-amz-json-1.1";
            return request;
        }
    }

    private sealed class Unmarshaller : JsonResponseUnmarshaller
    {
        public static readonly Unmarshaller Instance = new();

        public override AmazonWebServiceResponse Unmarshall(JsonUnmarshallerContext input)
        {
            using var answer = JsonDocument.Parse(input.Stream);
            return new SecretValue { Text = answer.RootElement.TryGetProperty("SecretString", out var text) ? text.GetString() : null };
        }

        public override AmazonServiceException UnmarshallException(JsonUnmarshallerContext input, Exception innerException, HttpStatusCode statusCode)
        {
            var reader = new StreamingUtf8JsonReader(input.Stream);
            var error = JsonErrorResponseUnmarshaller.GetInstance().Unmarshall(input, ref reader);
            return new SecretsManagerException(error.Message, innerException, error.Type, error.Code, error.RequestId, statusCode);
        }
    }
}

/// <summary>What the service answered instead of a secret.</summary>
internal sealed class SecretsManagerException(string message, Exception? inner, ErrorType type, string code, string requestId, HttpStatusCode status)
    : AmazonServiceException(message, inner, type, code, requestId, status);
