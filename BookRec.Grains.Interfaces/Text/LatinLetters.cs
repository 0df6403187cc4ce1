using System.Collections.Frozen;
using System.Text;

namespace BookRec.Grains.Interfaces.Text;

/// <summary>
/// Letters with marks and what they are made of. The platform's own normalisation does nothing without ICU data, and we run
/// without them (<c>InvariantGlobalization</c>), so the letters that names, titles and passwords are written with stand here: Latin,
/// Greek, Cyrillic, kana and Hangul. Other scripts are taken as they were typed.
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
        ('\u3099', "うゔかがきぎくぐけげこごさざしじすずせぜそぞただちぢつづてでとどはばひびふぶへべほぼウヴカガキギクグケゲコゴサザシジスズセゼソゾタダチヂツヅテデトドハバヒビフブヘベホボ"),
        ('\u309A', "はぱひぴふぷへぺほぽハパヒピフプヘペホポ"),
    ];

    private static readonly FrozenDictionary<(char Base, char Mark), char> s_composed =
        s_marks.SelectMany(m => m.Pairs.Chunk(2).Select(p => KeyValuePair.Create((p[0], m.Mark), p[1]))).ToFrozenDictionary();

    private static readonly FrozenDictionary<char, (char Base, char Mark)> s_parts =
        s_marks.SelectMany(m => m.Pairs.Chunk(2).Select(p => KeyValuePair.Create(p[1], (p[0], m.Mark)))).DistinctBy(p => p.Key).ToFrozenDictionary();

    /// <summary>
    /// Joins letters and the combining marks after them, as Unicode's NFC does, for the letters known here: take apart, put the marks of a
    /// letter in their canonical order, put together.
    /// </summary>
    public static string Compose(string text)
    {
        if (!text.Any(c => IsMark(c) || IsVowel(c) || IsFinal(c))) return text;
        var result = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length;)
        {
            var letter = Syllable(text, ref i);
            var marks = new List<char>();
            while (i < text.Length && IsMark(text[i])) marks.Add(text[i++]);
            Join(letter, marks, result);
        }

        return result.ToString();
    }

    /// <summary>The letter without its marks.</summary>
    public static char Base(char letter)
    {
        // Letters may carry two marks, as in Vietnamese, hence the loop.
        while (s_parts.TryGetValue(letter, out var parts)) letter = parts.Base;
        return letter;
    }

    public static bool IsMark(char c) => c is >= '\u0300' and <= '\u036F' or '\u3099' or '\u309A';

    private static void Join(char letter, List<char> marks, StringBuilder result)
    {
        if (marks.Count > 0)
        {
            while (s_parts.TryGetValue(letter, out var parts))
            {
                marks.Insert(0, parts.Mark);
                letter = parts.Base;
            }
        }

        var left = new List<char>();
        foreach (var mark in marks.OrderBy(ClassOf))
        {
            // A mark that stays keeps those of its own class behind it from joining.
            var blocked = left.Count > 0 && ClassOf(left[^1]) >= ClassOf(mark);
            if (!blocked && s_composed.TryGetValue((letter, mark), out var joined)) letter = joined;
            else left.Add(mark);
        }

        result.Append(letter).Append([.. left]);
    }

    /// <summary>Unicode's canonical combining class of the marks known here: below the letter before above it.</summary>
    private static int ClassOf(char mark) => mark switch
    {
        '\u3099' or '\u309A' => 8,
        '\u0327' or '\u0328' => 202,
        '\u031B' => 216,
        '\u0323' or '\u0326' => 220,
        _ => 230,
    };

    /// <summary>The next letter; the parts of a Hangul syllable as one, by the arithmetic of the Unicode Standard, section 3.12.</summary>
    private static char Syllable(string text, ref int i)
    {
        const int firstSyllable = 0xAC00, vowels = 21, finals = 28, firstLead = 0x1100, firstVowel = 0x1161, noFinal = 0x11A7;
        var letter = text[i++];
        if (letter is >= '\u1100' and <= '\u1112' && i < text.Length && IsVowel(text[i]))
            letter = (char)(firstSyllable + ((((letter - firstLead) * vowels) + (text[i++] - firstVowel)) * finals));
        if (letter is >= '\uAC00' and <= '\uD7A3' && (letter - firstSyllable) % finals == 0 && i < text.Length && IsFinal(text[i]))
            letter = (char)(letter + (text[i++] - noFinal));
        return letter;
    }

    private static bool IsVowel(char c) => c is >= '\u1161' and <= '\u1175';

    private static bool IsFinal(char c) => c is >= '\u11A8' and <= '\u11C2';
}
