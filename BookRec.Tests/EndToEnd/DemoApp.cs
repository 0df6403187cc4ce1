using BookRec.Tests.Support;

namespace BookRec.Tests.EndToEnd;

/// <summary>One running product with the demo catalogue, shared by the stories that only add readers to it.</summary>
public sealed class DemoApp : IAsyncLifetime
{
    public RunningApp App { get; private set; } = null!;

    public async ValueTask InitializeAsync() => App = await RunningApp.Start(("BookRec__Front__TrustedProxies__0", "127.0.0.0/8"));

    public ValueTask DisposeAsync() => App.DisposeAsync();
}

[CollectionDefinition(nameof(DemoApp))]
public sealed class DemoAppCollection : ICollectionFixture<DemoApp>;
