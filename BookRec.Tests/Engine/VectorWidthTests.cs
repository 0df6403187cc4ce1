using System.Diagnostics;
using BookRec.Tests.Support;

namespace BookRec.Tests.Engine;

/// <summary>The kernels' tests once more, as on machines with less than this one: in a process whose runtime leaves unused what it could use.</summary>
public sealed class VectorWidthTests
{
    static readonly string[] s_kernelTests = ["BookRec.Tests.Engine.LinearAlgebra.*", typeof(SwitchedOffFeaturesTests).FullName!];

    [Theory]
    [InlineData(SwitchedOffFeaturesTests.WideVectors)]
    [InlineData(SwitchedOffFeaturesTests.NarrowVectors)]
    [InlineData(SwitchedOffFeaturesTests.AllVectors)]
    public async Task Kernels_agree_with_their_definitions_without(string feature)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(VectorWidthTests).Assembly.Location, .. s_kernelTests.SelectMany(tests => new[] { "-class", tests })]);
        start.Environment[feature] = "0";
        Assert.Matches("Total: [1-9][0-9]", await Tool.Run(start));
    }
}
