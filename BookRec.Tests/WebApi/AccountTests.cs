using BookRec.Grains.Interfaces;
using BookRec.Grains.Interfaces.Accounts;
using BookRec.Grains.Interfaces.Readers;
using BookRec.Tests.WebApi.Support;

namespace BookRec.Tests.WebApi;

public sealed class AccountTests
{
    [Fact]
    public async Task An_export_of_more_than_can_be_read_in_the_time_of_a_request_ends_with_it()
    {
        await using var front = new Front { Arguments = ["--BookRec:Front:RequestTimeout=00:00:01"] };
        await front.InitializeAsync();
        front.Cluster.On<IAccessGrain>(nameof(IAccessGrain.Get), front.Reader);
        front.Cluster.On<IAccessGrain>(nameof(IAccessGrain.Sessions), Array.Empty<SessionInfo>());
        front.Cluster.On<IUserGrain>(nameof(IUserGrain.History), _ => OneOfMany());

        await (await front.User.Get("/api/account/export")).Problem(503);

        static async Task<Page<Interaction>> OneOfMany()
        {
            await Task.Yield();
            return new Page<Interaction>([], "more");
        }
    }
}
