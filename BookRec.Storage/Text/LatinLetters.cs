using System.Collections.Frozen;
using System.Text;

namespace BookRec.Storage.Text;

/// <summary>
/// Letters with marks and what they are made of. The platform's own normalisation does nothing without ICU data, and we run
/// without them (<c>InvariantGlobalization</c>), so the letters that names and titles are written with stand here.
/// </summary>
public static class LatinLetters
{
    /// <summary>For each combining mark: pairs of a base letter and the letter with the mark.</summary>
    private static readonly (char Mark, string Pairs)[] s_marks =
    [
        ('\u0300', "AÀEÈIÌOÒUÙNǸaàeèiìoòuùnǹÂẦÊỀÔỒâầêềôồĂẰăằƠỜơờƯỪưừYỲyỳ"),
        ('\u0301', "AÁEÉIÍOÓUÚYÝCĆLĹNŃRŔSŚZŹGǴaáeéiíoóuúyýcćlĺnńrŕsśzźgǵÂẤÊẾÔỐâấêếôốĂẮăắƠỚơớƯỨưứΑΆΕΈΗΉΙΊΟΌΥΎΩΏαάεέηήιίοόυύωώ"),
        ('\u0302', "AÂEÊIÎOÔUÛCĈGĜHĤJĴSŜWŴYŶaâeêiîoôuûcĉgĝhĥjĵsŝwŵyŷẠẬẸỆỌỘạậẹệọộ"),
        ('\u0303', "AÃNÑOÕIĨUŨEẼYỸaãnñoõiĩuũeẽyỹÂẪÊỄÔỖâẫêễôỗĂẴăẵƠỠơỡƯỮưữ"),
        ('\u0304', "AĀEĒIĪOŌUŪaāeēiīoōuū"),
        ('\u0306', "AĂEĔGĞIĬOŎUŬaăeĕgğiĭoŏuŭẠẶạặИЙий"),
        ('\u0307', "CĊEĖGĠIİZŻcċeėgġzż"),
        ('\u0308', "AÄEËIÏOÖUÜYŸaäeëiïoöuüyÿЕЁеёІЇії"),
        ('\u0309', "AẢEẺIỈOỎUỦYỶaảeẻiỉoỏuủyỷÂẨÊỂÔỔâẩêểôổĂẲăẳƠỞơởƯỬưử"),
        ('\u030A', "AÅUŮaåuů"),
        ('\u030B', "OŐUŰoőuű"),
        ('\u030C', "CČDĎEĚLĽNŇRŘSŠTŤZŽGǦcčdďeělľnňrřsštťzžgǧ"),
        ('\u031B', "OƠUƯoơuư"),
        ('\u0323', "AẠEẸIỊOỌUỤYỴaạeẹiịoọuụyỵƠỢơợƯỰưựSṢsṣHḤhḥ"),
        ('\u0326', "SȘTȚsștț"),
        ('\u0327', "CÇSŞTŢGĢKĶLĻNŅRŖcçsştţgģkķlļnņrŗ"),
        ('\u0328', "AĄEĘIĮUŲaąeęiįuų"),
    ];

    private static readonly FrozenDictionary<(char Base, char Mark), char> s_composed =
        s_marks.SelectMany(m => m.Pairs.Chunk(2).Select(p => KeyValuePair.Create((p[0], m.Mark), p[1]))).ToFrozenDictionary();

    private static readonly FrozenDictionary<char, char> s_bases =
        s_marks.SelectMany(m => m.Pairs.Chunk(2).Select(p => KeyValuePair.Create(p[1], p[0]))).DistinctBy(p => p.Key).ToFrozenDictionary();

    /// <summary>Joins letters and the combining marks after them, as Unicode's NFC does, for the letters known here.</summary>
    public static string Compose(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange('\u0300', '\u036F')) return text;
        var result = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            if (result.Length > 0 && s_composed.TryGetValue((result[^1], c), out var joined)) result[^1] = joined;
            else result.Append(c);
        }

        return result.ToString();
    }

    /// <summary>The letter without its marks.</summary>
    public static char Base(char letter)
    {
        // Letters may carry two marks, as in Vietnamese, hence the loop.
        while (s_bases.TryGetValue(letter, out var bare)) letter = bare;
        return letter;
    }

    public static bool IsMark(char c) => c is >= '\u0300' and <= '\u036F';
}
