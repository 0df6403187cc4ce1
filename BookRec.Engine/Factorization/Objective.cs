using System.Numerics.Tensors;
using BookRec.Engine.Data;
using BookRec.Engine.LinearAlgebra;

namespace BookRec.Engine.Factorization;

/// <summary>
/// The loss that ALS minimises: Σ_observed w(1 − x·y)² + α₀ Σ_all (x·y)² + Σᵤ λᵤ‖xᵤ‖² + Σᵢ λᵢ‖yᵢ‖².
/// The sum over all pairs is ⟨XᵀX, YᵀY⟩, never formed pair by pair (Bayer et al., 2017; Rendle et al., 2021).
/// </summary>
public static class Objective
{
    /// <summary>The whole loss from factors, in double precision where it is cheap. For checks; training gets it for nothing.</summary>
    public static double Of(InteractionMatrix interactions, FactorMatrix users, FactorMatrix books, AlsOptions options)
    {
        ArgumentNullException.ThrowIfNull(interactions);
        ArgumentNullException.ThrowIfNull(users);
        ArgumentNullException.ThrowIfNull(books);
        ArgumentNullException.ThrowIfNull(options);
        return Observed(interactions, users, books)
            + (options.UnobservedWeight * Unobserved(users, books, options.EffectiveThreads))
            + Regularization(interactions, users, options)
            + Regularization(interactions.Transpose(), books, options);
    }

    /// <summary>Σ λᵤ‖xᵤ‖² of one side.</summary>
    /// <param name="interactions">With the side's rows as rows.</param>
    public static double Regularization(InteractionMatrix interactions, FactorMatrix factors, AlsOptions options)
    {
        ArgumentNullException.ThrowIfNull(interactions);
        ArgumentNullException.ThrowIfNull(factors);
        ArgumentNullException.ThrowIfNull(options);
        var sum = 0.0;
        for (var row = 0; row < interactions.Rows; row++)
        {
            sum += options.RegularizationOf(interactions.CountOf(row), interactions.Columns) * TensorPrimitives.SumOfSquares<float>(factors.Row(row));
        }

        return sum;
    }

    static double Observed(InteractionMatrix interactions, FactorMatrix users, FactorMatrix books)
    {
        var sum = 0.0;
        for (var row = 0; row < interactions.Rows; row++)
        {
            var columns = interactions.ColumnsOf(row);
            var weights = interactions.WeightsOf(row);
            for (var i = 0; i < columns.Length; i++)
            {
                double error = 1 - TensorPrimitives.Dot<float>(users.Row(row), books.Row(columns[i]));
                sum += weights[i] * error * error;
            }
        }

        return sum;
    }

    static double Unobserved(FactorMatrix users, FactorMatrix books, int threads)
    {
        var (g, h) = (Gramian.Of(users, threads), Gramian.Of(books, threads));
        var sum = 0.0;
        for (var i = 0; i < g.Values.Length; i++)
        {
            sum += (double)g.Values[i] * h.Values[i];
        }

        return sum;
    }
}
