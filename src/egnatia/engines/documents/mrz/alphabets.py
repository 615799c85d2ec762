"""The letters of Doc 9303-3 section 6 and what the zone may write for each, keyed by code point.

The first form is the recommended one; where the table allows several, the others follow. `STANDARD` comes from the
printed tables 6.A (Latin), 6.B (Cyrillic) and 6.C (Arabic) and appendix B to part 3. `BY_LANGUAGE` has the exceptions
that 6.B makes, and after them what an issuer of that language is known to write by its own law. The standard has no
table for Greek; that one is ELOT 743 (ISO 843 type 2), by which Greece and Cyprus write names.

Slips of the published text, each read as its code point or its description says:

- U+0110 is printed with the glyph of Eth (U+00D0), U+0131 with a plain I, U+040E in small form, U+0474 as a Latin V;
- U+0402 is printed with the glyph of U+040B: the row is Serbian Dje, and Tshe (U+040B) has no row. Tshe is written like
  its Latin twin Ć;
- the Macedonian exception GJ is printed beside U+0492 (a letter that Macedonian does not have) and meant for U+0403;
- 6.B writes Serbian Г as H. Serbian documents write G, as the Serbian Latin alphabet does: G comes first, H is allowed;
- the soft sign U+042C has no row and is dropped;
- U+067E, U+06D2 and U+06D3 are printed as presentation forms (U+FB57, U+FBAE, U+FBB0), U+06CC with the glyph of U+0649,
  and in appendix B U+0629 and U+0647 with those of U+06C3 and U+06C1;
- ß (U+00DF) has no row; it is the small form of ẞ (U+1E9E).
"""

# ruff: noqa: RUF001 - national letters are the subject

from types import MappingProxyType
from typing import TypeAlias

Forms: TypeAlias = tuple[str, ...]
"""What the zone may write for a letter, the recommended form first; an empty string means that it is left out."""


def _table(rows: str) -> dict[str, Forms]:
    """Rows `letter form,form` separated by blanks; `-` stands for nothing written."""
    pairs = (row.split(":") for row in rows.split())
    return {letter: tuple("" if form == "-" else form for form in forms.split(",")) for letter, forms in pairs}


LATIN = MappingProxyType(
    _table(
        "Ä:AE,A Å:AA,A Æ:AE Ð:D Ñ:N,NXX Ö:OE,O Ø:OE Ü:UE,UXX,U Þ:TH Đ:D,DJ Ħ:H ı:I İ:I Ĳ:IJ Ŀ:L Ł:L Ŋ:N Œ:OE Ŧ:T "
        "ß:SS ẞ:SS \u01c4:DZ \u01c7:LJ \u01ca:NJ Ə:A,E "
        "Ɓ:B Ƀ:B Ƈ:C Ɖ:D Ɗ:D Ɛ:E Ǝ:E Ƒ:F Ǥ:G Ɠ:G Ɣ:G Ɩ:I Ɨ:I Ƙ:K Ɲ:N Ɔ:O Ƥ:P Ƭ:T Ʋ:V,W Ʉ:U Ƴ:Y Ʒ:Z"
    )
)
"""Letters that do more than lose a mark; all others of table 6.A come down to their base letter.

DJ for Đ is not in the table: it is how documents of the Yugoslav successor states wrote it where no Đ could be had. The
three digraphs (one code point each), the Azerbaijani Ə and the hooked and open letters of African and Sami alphabets (the
last line) are not in the table either and must not be lost: they come down to the letter that they were made from.
"""

CYRILLIC = MappingProxyType(
    _table(
        "Ё:E Ђ:D,DJ Ѓ:G Є:IE Ѕ:DZ І:I Ї:I Ј:J Љ:LJ Њ:NJ Ћ:C Ќ:K Ў:U Џ:DZ А:A Б:B В:V Г:G Д:D Е:E Ж:ZH З:Z И:I Й:I К:K "
        "Л:L М:M Н:N О:O П:P Р:R С:S Т:T У:U Ф:F Х:KH Ц:TS Ч:CH Ш:SH Щ:SHCH Ъ:IE Ы:Y Ь:- Э:E Ю:IU Я:IA Ѫ:U Ѵ:Y Ґ:G Ғ:G "
        "Һ:C "
        "Ә:A,E Җ:J,ZH Қ:K,Q Ҝ:G Ң:N,NG Ө:O,OE Ұ:U Ү:U,UE Ҳ:H,KH Ҷ:J,DZH Ҹ:J"
    )
)
"""Table 6.B; the last line has the Turkic, Tajik and Mongolian letters that it lacks, in the base letters that the
passports of these states write."""

GREEK = MappingProxyType(
    _table(
        "Α:A Β:V Γ:G,N Δ:D Ε:E Ζ:Z Η:I Θ:TH Ι:I Κ:K Λ:L Μ:M Ν:N Ξ:X Ο:O Π:P Ρ:R Σ:S Τ:T Υ:Y Φ:F Χ:CH Ψ:PS Ω:O "
        "ΑΥ:AV,AF ΕΥ:EV,EF ΗΥ:IV,IF ΟΥ:OU ΓΓ:NG ΓΞ:NX ΓΧ:NCH ΜΠ:MP,B"
    )
)
"""ELOT 743; two letters together have a row of their own, and ΜΠ is B at the beginning of a word."""
ACCENTED_SECOND = MappingProxyType({"Ύ": "Υ"})
"""The second letter of two that sound together carries their accent (Εύα is EVA); a diaeresis parts them."""
BETA_SOUND = "ΜΠ"

ARABIC = MappingProxyType(
    _table(
        "\u0621:XE \u0622:XAA \u0623:XAE \u0624:U \u0625:I \u0626:XI \u0627:A \u0628:B \u0629:XTA,XAH \u062a:T "
        "\u062b:XTH \u062c:J \u062d:XH \u062e:XKH \u062f:D \u0630:XDH \u0631:R \u0632:Z \u0633:S \u0634:XSH \u0635:XSS "
        "\u0636:XDZ \u0637:XTT \u0638:XZZ \u0639:E \u063a:G \u0640:- \u0641:F \u0642:Q \u0643:K \u0644:L \u0645:M "
        "\u0646:N \u0647:H \u0648:W \u0649:XAY \u064a:Y \u064b:- \u064c:- \u064d:- \u064e:- \u064f:- \u0650:- \u0652:- "
        "\u0670:- \u0671:XXA \u0679:XXT \u067c:XRT \u067e:P \u0681:XKE \u0685:XXH \u0686:XC \u0688:XXD \u0689:XDR "
        "\u0691:XXR \u0693:XRR \u0696:XRX \u0698:XJ \u069a:XXS \u069c:- \u06a2:- \u06a4:V \u06a5:XF \u06a7:- \u06a8:- "
        "\u06a9:XKK \u06ab:XXK \u06ad:XNG \u06af:XGG \u06ba:XNN \u06bc:XXN \u06be:XDO \u06c0:XYH \u06c1:XXG \u06c2:XGE "
        "\u06c3:XTG \u06cc:XYA \u06cd:XXY \u06d0:Y \u06d2:XYB \u06d3:XBE"
    )
)
"""Table 6.C, with veh and feh with three dots below from appendix B.5.4. Teh marbuta is XAH at the end of a component."""
TEH_MARBUTA = "\u0629"
SHADDA = "\u0651"
"""Doubles what stands before it; appendix B.5.5.11 warns that it may be missing, so undoubled is allowed too."""

STANDARD = MappingProxyType({**CYRILLIC, **GREEK, **ARABIC, **LATIN})
"""Every letter with a row, in one table: no two scripts share a code point."""

_SERBIAN = _table("Г:G,H Ж:Z Х:H Ц:C Ч:C Ш:S Ђ:D,DJ,GJ Ћ:C,Q Џ:DZ,XH")
BY_LANGUAGE = MappingProxyType(
    {
        "sr": _SERBIAN,
        "mk": _table("Ѓ:GJ,G Ќ:KJ,K,Q Џ:DJ,DZH,DZ,XH Х:H Ц:C Ж:ZH,Z Ч:CH,C Ш:SH,S"),
        "uk": _table("Г:H И:Y Є:IE,YE Ї:I,YI Й:I,Y Ю:IU,YU Я:IA,YA ЗГ:ZH,ZGH"),
        "be": _table("Г:H Ё:IO,YO Е:E,YE Є:E Й:I,Y Ю:IU,YU Я:IA,YA"),
        "bg": _table("Щ:SHT Ъ:IE,A,U Ь:-,Y Й:I,Y Х:KH,H Ю:IU,YU Я:IA,YA ИЯ:IIA,IA,IYA"),
        "ru": _table("Й:I,Y Ю:IU,YU Я:IA,YA Е:E,YE Ё:E,YO,YE Ц:TS,TC Ъ:IE,- ИЙ:II,IY,Y ЫЙ:YI,YY,Y КС:KS,X"),
    }
)
"""Exceptions by language (ISO 639-1): those of 6.B first, then the issuer's own romanisation.

Ukrainian: resolution 55 of the Cabinet of Ministers of 27 January 2010. Bulgarian: Transliteration Act of 2009, by which
a closing ИЯ is IA. Russian: passports before the order of the Federal Migration Service no. 211 of 2014, with the YE, X and
closing Y of the order of 1997. Macedonian: one letter for one, as the Macedonian Latin of 1945 has them without marks.
Q, XH and GJ are what Albanian names have where Macedonian and Serbian pages print Ќ or Ћ, Џ and Ђ.
"""
ALIASES = MappingProxyType({"bs": "sr", "hr": "sr", "sh": "sr", "me": "sr", "cnr": "sr"})
"""Languages written like another one; Montenegrin Ś and Ź, and their Cyrillic twins, only lose their mark."""
UKRAINIAN_INITIALS = MappingProxyType({"Є": "YE", "Ї": "YI", "Й": "Y", "Ю": "YU", "Я": "YA"})
DROPPED = frozenset("'’‘ʼ`´ʹʺʻʿʾ′")
"""Apostrophes and their like: the letters on both sides are joined (Doc 9303-3 section 4.6)."""
