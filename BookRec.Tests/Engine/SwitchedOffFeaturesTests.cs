using System.Numerics;
using System.Runtime.Intrinsics;

namespace BookRec.Tests.Engine;

/// <summary>That the runtime heeds what <see cref="VectorWidthTests"/> tells it: a name it does not know would be passed over in silence.</summary>
public sealed class SwitchedOffFeaturesTests
{
    public const string WideVectors = "DOTNET_EnableAVX512";
    public const string NarrowVectors = "DOTNET_EnableAVX2";
    public const string AllVectors = "DOTNET_EnableHWIntrinsic";

    [Fact]
    public void What_is_switched_off_is_off()
    {
        Assert.False(IsOff(WideVectors) && Vector512.IsHardwareAccelerated);
        Assert.False(IsOff(NarrowVectors) && Vector256.IsHardwareAccelerated);
        Assert.False(IsOff(AllVectors) && Vector.IsHardwareAccelerated);
    }

    static bool IsOff(string feature) => Environment.GetEnvironmentVariable(feature) == "0";
}
