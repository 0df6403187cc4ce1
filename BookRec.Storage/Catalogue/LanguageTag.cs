using System.Collections.Frozen;

namespace BookRec.Storage.Catalogue;

/// <summary>Language tags in one form: lower case, hyphens, and the two-letter code where there is one (BCP 47).</summary>
public static class LanguageTag
{
    /// <summary>ISO 639-2 codes, both the bibliographic and the terminological ones, that book sources use.</summary>
    private static readonly FrozenDictionary<string, string> s_short = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["ara"] = "ar",
        ["bul"] = "bg",
        ["cat"] = "ca",
        ["ces"] = "cs",
        ["cze"] = "cs",
        ["chi"] = "zh",
        ["zho"] = "zh",
        ["dan"] = "da",
        ["deu"] = "de",
        ["ger"] = "de",
        ["dut"] = "nl",
        ["nld"] = "nl",
        ["ell"] = "el",
        ["gre"] = "el",
        ["eng"] = "en",
        ["est"] = "et",
        ["fas"] = "fa",
        ["per"] = "fa",
        ["fin"] = "fi",
        ["fra"] = "fr",
        ["fre"] = "fr",
        ["gle"] = "ga",
        ["heb"] = "he",
        ["hin"] = "hi",
        ["hrv"] = "hr",
        ["hun"] = "hu",
        ["ice"] = "is",
        ["isl"] = "is",
        ["ind"] = "id",
        ["ita"] = "it",
        ["jpn"] = "ja",
        ["kor"] = "ko",
        ["lat"] = "la",
        ["lav"] = "lv",
        ["lit"] = "lt",
        ["may"] = "ms",
        ["msa"] = "ms",
        ["nor"] = "no",
        ["pol"] = "pl",
        ["por"] = "pt",
        ["ron"] = "ro",
        ["rum"] = "ro",
        ["rus"] = "ru",
        ["slk"] = "sk",
        ["slo"] = "sk",
        ["slv"] = "sl",
        ["spa"] = "es",
        ["srp"] = "sr",
        ["swe"] = "sv",
        ["tha"] = "th",
        ["tur"] = "tr",
        ["ukr"] = "uk",
        ["vie"] = "vi",
        ["wel"] = "cy",
        ["cym"] = "cy",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static string Normalise(string tag)
    {
        var lower = tag.Trim().ToLowerInvariant().Replace('_', '-');
        var end = lower.IndexOf('-', StringComparison.Ordinal);
        var language = end < 0 ? lower : lower[..end];
        return s_short.TryGetValue(language, out var two) ? two + lower[language.Length..] : lower;
    }
}
