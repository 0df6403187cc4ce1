using BookRec.Grains.Accounts;
using BookRec.Grains.Interfaces;
using BookRec.Grains.Interfaces.Accounts;
using BookRec.Storage.Accounts;
using BookRec.Storage.Databases;
using BookRec.Tests.Support;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.DependencyInjection;
using Orleans.TestingHost;

namespace BookRec.Tests.Security;

/// <summary>
/// The grains of sessions and accounts on a silo, against a model that fits on a page, under every order of logins, refreshes, thefts, ends
/// and days going by. The clock is a fake; a failing run prints its seed and the shortest such story that was found.
/// </summary>
public sealed class SessionMachineTests(TestPostgres postgres) : IAsyncLifetime
{
    private const int Stories = 1000;
    private const int Steps = 14;
    private const int MostFamilies = 4;
    private static readonly TimeSpan s_lifetime = TimeSpan.FromDays(7);

    private readonly Calendar _clock = new();
    private TestDatabase _database = null!;
    private InProcessTestCluster _silo = null!;

    public enum Act
    {
        LogIn,
        Refresh,
        RefreshSpent,
        RefreshForged,
        RefreshElsewhere,
        LogOut,
        LogOutOfAnother,
        End,
        EndAll,
        Disable,
        Enable,
        Promote,
        Demote,
        Wait,
    }

    /// <summary>One thing that happens.</summary>
    /// <param name="Which">Which family or token of those there are, counted around.</param>
    public sealed record Step(Act Act, int Which);

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.Create(DatabaseEngine.Sqlite, postgres);
        var builder = new InProcessTestClusterBuilder(1);
        builder.Options.ConfigureFileLogging = false;
        builder.ConfigureSilo((_, silo) =>
        {
            silo.Services.AddSingleton<TimeProvider>(_clock);
            silo.Services.AddSingleton(_database.Database).AddSingleton<AccountStore>().AddSingleton(new Passwords(4));
            silo.AddMemoryGrainStorageAsDefault();
        });
        _silo = builder.Build();
        await _silo.DeployAsync();

        // The last administrator stays, so there is one more.
        await new AccountStore(_database.Database, _clock).Create("admin@example.org", "no login", null, Role.Admin);
    }

    public async ValueTask DisposeAsync()
    {
        await _silo.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public void Sessions_live_rotate_and_end_as_the_model_says()
    {
        var acts = Gen.Frequency(
            (6, Gen.Elements(Act.LogIn, Act.Refresh)),
            (4, Gen.Elements(Act.RefreshSpent, Act.RefreshForged, Act.RefreshElsewhere, Act.LogOut, Act.LogOutOfAnother, Act.Wait)),
            (2, Gen.Elements(Act.End, Act.EndAll, Act.Disable, Act.Enable, Act.Promote, Act.Demote)));
        var step = from act in acts from which in Gen.Choose(0, 59) select new Step(act, which);
        var stories = Arb.From(step.ListOf(Steps).Select(steps => steps.ToArray()), Shorter);
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(Stories).WithName("sessions"),
            Prop.ForAll(stories, story => Task.Run(() => Tell(story)).GetAwaiter().GetResult()));
    }

    /// <summary>Without one of the steps.</summary>
    private static IEnumerable<Step[]> Shorter(Step[] story) => Enumerable.Range(0, story.Length).Select(left => story.Where((_, i) => i != left).ToArray());

    private async Task Tell(Step[] story)
    {
        var grains = _silo.Silos[0].ServiceProvider.GetRequiredService<IGrainFactory>();
        var store = new AccountStore(_database.Database, _clock);
        var account = await store.Create($"{Guid.NewGuid():N}@example.org", "no login", null, Role.User);
        var access = grains.GetGrain<IAccessGrain>(account.Id);
        var model = new Model();
        foreach (var step in story)
        {
            var family = model.Families.Count == 0 ? null : model.Families[step.Which % model.Families.Count];
            switch (step.Act)
            {
                case Act.LogIn when model.Families.Count < MostFamilies:
                    await LogIn();
                    break;
                case Act.Refresh when family is not null:
                    await Refresh(family, family.Current);
                    break;
                case Act.RefreshSpent when family is { Spent.Count: > 0 }:
                    await Refresh(family, family.Spent[step.Which % family.Spent.Count]);
                    break;
                case Act.RefreshForged when family is not null:
                    await Refresh(family, $"{family.Id:N}.forged");
                    break;
                case Act.RefreshElsewhere when family is not null:
                    await Refresh(model.Families[(step.Which + 1) % model.Families.Count], family.Current);
                    break;
                case Act.LogOut when family is not null:
                    await SessionOf(family).Revoke(account.Id, step.Which % 2 == 0 || family.Spent.Count == 0 ? family.Current : family.Spent[^1]);
                    family.Ended = true;
                    break;
                case Act.LogOutOfAnother when family is not null:
                    await SessionOf(family).Revoke(Guid.NewGuid(), family.Current);
                    break;
                case Act.End when family is not null:
                    Assert.Equal(model.Lives(family, Now), await access.End(family.Id));
                    family.Ended = true;
                    break;
                case Act.EndAll:
                    await access.EndAll();
                    model.EndAll();
                    break;
                case Act.Disable:
                    await access.SetDisabled(true);
                    model.Disabled = true;
                    model.EndAll();
                    break;
                case Act.Enable:
                    await access.SetDisabled(false);
                    model.Disabled = false;
                    break;
                case Act.Promote or Act.Demote:
                    model.Role = step.Act == Act.Promote ? Role.Admin : Role.User;
                    await access.SetRole(model.Role);
                    break;
                case Act.Wait:
                    _clock.Now += step.Which < 50 ? TimeSpan.FromMinutes(step.Which) : TimeSpan.FromDays(step.Which - 49);
                    break;
            }

            if (family is not null)
                Assert.Equal(model.Lives(family, Now) ? model.Role : null, await access.RoleOf(family.Id));
            Assert.Equal(model.Families.Where(f => model.Lives(f, Now)).Reverse().Select(f => f.Id), (await access.Sessions()).Select(s => s.Id));
        }

        async Task LogIn()
        {
            var id = Guid.NewGuid();
            var begun = grains.GetGrain<ISessionGrain>(id).Start(account.Id, null);
            if (model.Disabled)
                await Assert.ThrowsAsync<RejectedException>(() => begun);
            else
                model.Families.Add(new Family(id, Now + s_lifetime) { Current = (await begun).Token });
        }

        async Task Refresh(Family family, string token)
        {
            var grant = await SessionOf(family).Refresh(token);
            var right = model.Lives(family, Now) && token == family.Current;
            Assert.Equal(right, grant is not null);
            if (right)
            {
                Assert.Equal((model.Role, family.Expires), (grant!.Account.Role, grant.ExpiresAt));
                family.Spent.Add(token);
                family.Current = grant.Token;
            }
            else if (family.Spent.Contains(token))
            {
                family.Ended = true;
            }
        }

        ISessionGrain SessionOf(Family family) => grains.GetGrain<ISessionGrain>(family.Id);
    }

    private DateTimeOffset Now => _clock.Now;

    /// <summary>Tells the time and nothing else: with Orleans' timers on it, each day that goes by would be a day of their ticks.</summary>
    private sealed class Calendar : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 5, 4, 12, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }

    private sealed class Model
    {
        public List<Family> Families { get; } = [];

        public bool Disabled { get; set; }

        public Role Role { get; set; } = Role.User;

        public bool Lives(Family family, DateTimeOffset now) => !Disabled && !family.Ended && now < family.Expires;

        public void EndAll() => Families.ForEach(f => f.Ended = true);
    }

    private sealed class Family(Guid id, DateTimeOffset expires)
    {
        public Guid Id => id;

        public DateTimeOffset Expires => expires;

        public required string Current { get; set; }

        public List<string> Spent { get; } = [];

        public bool Ended { get; set; }
    }
}
