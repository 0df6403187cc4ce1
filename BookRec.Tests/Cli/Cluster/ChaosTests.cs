using BookRec.Cli.Chaos;

namespace BookRec.Tests.Cli.Cluster;

public sealed class ChaosTests : IDisposable
{
    static readonly Guid Ann = Guid.Parse("aaaaaaaa-0000-0000-0000-000000000000");
    static readonly Guid Bob = Guid.Parse("bbbbbbbb-0000-0000-0000-000000000000");

    readonly TemporaryFolder folder = new();

    readonly List<Intent> intents =
    [
        new(Ann, 1, "view", "a1"), new(Ann, 1, "like", "a2"), new(Ann, 2, "view", "a3"), new(Bob, 1, "view", "b1"),
    ];

    public void Dispose() => folder.Dispose();

    [Fact]
    public void What_is_stored_as_acknowledged_is_in_order() => Assert.Empty(Checker.Compare(intents, AllAcknowledged(), AllStored()));

    [Fact]
    public void A_lost_interaction_is_found()
    {
        var violation = Assert.Single(Checker.Compare(intents, AllAcknowledged(), AllStored().Where(row => row.Id != 11)));

        Assert.StartsWith("lost: like of book 1 by aaaaaaaa", violation, StringComparison.Ordinal);
    }

    [Fact]
    public void A_doubled_interaction_is_found()
    {
        var violation = Assert.Single(Checker.Compare(intents, AllAcknowledged(), [.. AllStored(), new StoredRow(Bob, 99, 1, "view")]));

        Assert.Contains("doubled: view of book 1 by bbbbbbbb", violation, StringComparison.Ordinal);
        Assert.EndsWith("13, 99", violation, StringComparison.Ordinal);
    }

    [Fact]
    public void One_under_another_id_is_found()
    {
        var violation = Assert.Single(Checker.Compare(intents, AllAcknowledged(), AllStored().Select(row => row.Id == 12 ? row with { Id = 77 } : row)));

        Assert.StartsWith("renamed: ", violation, StringComparison.Ordinal);
    }

    [Fact]
    public void One_that_nobody_sent_is_found()
    {
        var violation = Assert.Single(Checker.Compare(intents, AllAcknowledged(), [.. AllStored(), new StoredRow(Bob, 50, 9, "view")]));

        Assert.StartsWith("stray: nobody sent view of book 9", violation, StringComparison.Ordinal);
    }

    [Fact]
    public void One_that_was_never_acknowledged_may_be_there_or_not_but_not_twice()
    {
        var withoutLast = AllAcknowledged().SkipLast(1).ToList();

        Assert.Empty(Checker.Compare(intents, withoutLast, AllStored()));
        Assert.Empty(Checker.Compare(intents, withoutLast, AllStored().SkipLast(1)));
        Assert.Single(Checker.Compare(intents, withoutLast, [.. AllStored(), new StoredRow(Bob, 99, 1, "view")]));
    }

    [Fact]
    public void The_journal_is_on_disk_when_it_says_so()
    {
        var path = Path.Combine(folder.Path, "journal");
        using var journal = new Journal(path);

        foreach (var acknowledged in AllAcknowledged())
            journal.Add(acknowledged);

        // Read while it is still open, as after a crash.
        Assert.Equal(AllAcknowledged(), Journal.Read(path));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(17)]
    public void A_seed_makes_one_plan(int seed)
    {
        string[] targets = ["silo-1", "silo-2", "redis"];
        var length = TimeSpan.FromMinutes(5);

        var plan = ChaosPlan.Make(seed, length, targets);

        Assert.Equal(plan, ChaosPlan.Make(seed, length, targets));
        Assert.NotEqual(plan, ChaosPlan.Make(seed + 1, length, targets));
        Assert.Equal(plan.OrderBy(fault => fault.After), plan);
        Assert.True(plan.Count > 20);
        Assert.Equal(targets.Order(StringComparer.Ordinal), plan.Select(fault => fault.Target).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Nothing_is_harmed_while_it_still_suffers()
    {
        var plan = ChaosPlan.Make(3, TimeSpan.FromMinutes(20), ["silo-1", "redis"]);

        foreach (var target in plan.GroupBy(fault => fault.Target))
            Assert.All(target.Zip(target.Skip(1)), pair => Assert.True(pair.Second.After > pair.First.After + pair.First.Lasts));
    }

    IEnumerable<Acknowledgement> AllAcknowledged() => intents.Select((intent, i) => new Acknowledgement(intent, 10 + i));

    IEnumerable<StoredRow> AllStored() => intents.Select((intent, i) => new StoredRow(intent.Reader, 10 + i, intent.BookId, intent.Type));
}
