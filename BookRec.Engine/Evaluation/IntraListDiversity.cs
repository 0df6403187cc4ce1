using BookRec.Engine.Content;

namespace BookRec.Engine.Evaluation;

/// <summary>
/// Diversity@K = 1 − the mean cosine of the content of each two books of the list, 0 … 1 (Ziegler et al., 2005; Smyth and McClave, 2001).
/// </summary>
public static class IntraListDiversity
{
    /// <returns>1 for a list of fewer than two books.</returns>
    public static double Of(ReadOnlySpan<int> list, ContentIndex content)
    {
        ArgumentNullException.ThrowIfNull(content);
        var (sum, pairs) = (0.0, 0);
        for (var i = 0; i < list.Length; i++)
        {
            for (var j = 0; j < i; j++, pairs++)
            {
                sum += content.Cosine(list[i], list[j]);
            }
        }

        return pairs == 0 ? 1 : 1 - (sum / pairs);
    }
}
