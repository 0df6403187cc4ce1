using BookRec.Engine.Data;
using BookRec.Engine.Factorization;

namespace BookRec.Engine.Tuning;

/// <summary>
/// A point of the search: α₀, ν, b, and instead of λ the strength λ* that λ would have at ν = 1 with the same sum of λᵤ and λᵢ over all rows
/// (Rendle et al., 2021, section 5.2, "frequency-scaled regularization"). With λ* the best strength hardly moves with ν.
/// </summary>
/// <param name="UnobservedWeight">α₀.</param>
/// <param name="Strength">λ*.</param>
/// <param name="Exponent">ν.</param>
/// <param name="PopularityExponent">b.</param>
public readonly record struct AlsCandidate(double UnobservedWeight, double Strength, double Exponent, double PopularityExponent)
{
    /// <summary>The options of this point on this data.</summary>
    public AlsOptions On(InteractionMatrix interactions, AlsOptions defaults)
    {
        ArgumentNullException.ThrowIfNull(interactions);
        ArgumentNullException.ThrowIfNull(defaults);
        var options = defaults with { UnobservedWeight = UnobservedWeight, RegularizationExponent = 1, Regularization = 1, PopularityExponent = PopularityExponent };
        var byBook = interactions.Transpose();
        var linear = Sum(options);
        var scaled = Sum(options with { RegularizationExponent = Exponent });
        return options with { RegularizationExponent = Exponent, Regularization = Strength * linear / scaled };

        double Sum(AlsOptions of) => SumOver(interactions, of) + SumOver(byBook, of);
    }

    /// <summary>The point that <see cref="On"/> turns into these options on this data.</summary>
    public static AlsCandidate Of(AlsOptions options, InteractionMatrix interactions)
    {
        ArgumentNullException.ThrowIfNull(options);
        var point = new AlsCandidate(options.UnobservedWeight, 1, options.RegularizationExponent, options.PopularityExponent);
        return point with { Strength = options.Regularization / point.On(interactions, options).Regularization };
    }

    static double SumOver(InteractionMatrix rows, AlsOptions options)
    {
        var sum = 0.0;
        for (var row = 0; row < rows.Rows; row++)
        {
            sum += rows.CountOf(row) == 0 ? 0 : options.RegularizationOf(rows.CountOf(row), rows.Columns);
        }

        return sum;
    }
}
