namespace BookRec.Grains.Training.Sharding;

/// <summary>A silo that shards can be placed on.</summary>
/// <param name="Name">As the operator knows it.</param>
public sealed record TrainingSilo(SiloAddress Address, string Name);

/// <summary>The silos that are active now, in an order that does not change while they are.</summary>
public sealed class TrainingSilos(IClusterMembershipService membership)
{
    public IReadOnlyList<TrainingSilo> Active =>
    [
        .. from member in membership.CurrentSnapshot.Members.Values
           where member.Status == SiloStatus.Active
           orderby member.Name, member.SiloAddress.ToParsableString()
           select new TrainingSilo(member.SiloAddress, member.Name),
    ];
}
