"""Codes of issuers and nationalities: ISO 3166-1 alpha-3 and the additions of Doc 9303-3 section 5.

Names of ISO 3166 countries are not kept here: `alpha_2` leads to CLDR, which has them in every language.
"""

from dataclasses import dataclass
from enum import StrEnum


class CodeKind(StrEnum):
    """Which part of Doc 9303-3 section 5 a code comes from."""

    COUNTRY = "country"
    EXTENSION = "extension"
    """Part A: German and British codes, and Kosovo's, which is in use though not in ISO 3166-1."""
    UNION = "union"
    UNITED_NATIONS = "united_nations"
    ORGANISATION = "organisation"
    NO_NATIONALITY = "no_nationality"
    """Part E: stateless persons, refugees and persons of unspecified nationality; never an issuer."""
    DEPRECATED = "deprecated"
    """Part F and the other codes withdrawn from ISO 3166-1 (ISO 3166-3)."""
    SPECIMEN = "specimen"
    NOT_FOR_DOCUMENTS = "not_for_documents"


@dataclass(frozen=True, slots=True)
class Code:
    """One three-letter code (fillers removed), with its two-letter twin where there is one."""

    code: str
    kind: CodeKind
    alpha_2: str = ""
    name: str = ""
    """English name, only for codes that ISO 3166 and so CLDR do not have."""


_ISO_3166 = """
    ABWAW AFGAF AGOAO AIAAI ALAAX ALBAL ANDAD AREAE ARGAR ARMAM ASMAS ATAAQ ATFTF ATGAG AUSAU AUTAT AZEAZ BDIBI
    BELBE BENBJ BESBQ BFABF BGDBD BGRBG BHRBH BHSBS BIHBA BLMBL BLRBY BLZBZ BMUBM BOLBO BRABR BRBBB BRNBN BTNBT
    BVTBV BWABW CAFCF CANCA CCKCC CHECH CHLCL CHNCN CIVCI CMRCM CODCD COGCG COKCK COLCO COMKM CPVCV CRICR CUBCU
    CUWCW CXRCX CYMKY CYPCY CZECZ DEUDE DJIDJ DMADM DNKDK DOMDO DZADZ ECUEC EGYEG ERIER ESHEH ESPES ESTEE ETHET
    FINFI FJIFJ FLKFK FRAFR FROFO FSMFM GABGA GBRGB GEOGE GGYGG GHAGH GIBGI GINGN GLPGP GMBGM GNBGW GNQGQ GRCGR
    GRDGD GRLGL GTMGT GUFGF GUMGU GUYGY HKGHK HMDHM HNDHN HRVHR HTIHT HUNHU IDNID IMNIM INDIN IOTIO IRLIE IRNIR
    IRQIQ ISLIS ISRIL ITAIT JAMJM JEYJE JORJO JPNJP KAZKZ KENKE KGZKG KHMKH KIRKI KNAKN KORKR KWTKW LAOLA LBNLB
    LBRLR LBYLY LCALC LIELI LKALK LSOLS LTULT LUXLU LVALV MACMO MAFMF MARMA MCOMC MDAMD MDGMG MDVMV MEXMX MHLMH
    MKDMK MLIML MLTMT MMRMM MNEME MNGMN MNPMP MOZMZ MRTMR MSRMS MTQMQ MUSMU MWIMW MYSMY MYTYT NAMNA NCLNC NERNE
    NFKNF NGANG NICNI NIUNU NLDNL NORNO NPLNP NRUNR NZLNZ OMNOM PAKPK PANPA PCNPN PERPE PHLPH PLWPW PNGPG POLPL
    PRIPR PRKKP PRTPT PRYPY PSEPS PYFPF QATQA REURE ROURO RUSRU RWARW SAUSA SDNSD SENSN SGPSG SGSGS SHNSH SJMSJ
    SLBSB SLESL SLVSV SMRSM SOMSO SPMPM SRBRS SSDSS STPST SURSR SVKSK SVNSI SWESE SWZSZ SXMSX SYCSC SYRSY TCATC
    TCDTD TGOTG THATH TJKTJ TKLTK TKMTM TLSTL TONTO TTOTT TUNTN TURTR TUVTV TWNTW TZATZ UGAUG UKRUA UMIUM URYUY
    USAUS UZBUZ VATVA VCTVC VENVE VGBVG VIRVI VNMVN VUTVU WLFWF WSMWS YEMYE ZAFZA ZMBZM ZWEZW
"""
_WITHDRAWN = "ANTAN BURBU BYSBY CSKCS DDRDD NTZNT SCGCS SUNSU TMPTP YMDYD YUGYU ZARZR"

_ADDITIONS = (
    Code("D", CodeKind.EXTENSION, "DE"),
    Code("GBD", CodeKind.EXTENSION, "", "British Overseas Territories citizen"),
    Code("GBN", CodeKind.EXTENSION, "", "British National (Overseas)"),
    Code("GBO", CodeKind.EXTENSION, "", "British Overseas citizen"),
    Code("GBP", CodeKind.EXTENSION, "", "British protected person"),
    Code("GBS", CodeKind.EXTENSION, "", "British subject"),
    Code("RKS", CodeKind.EXTENSION, "XK"),
    Code("EUE", CodeKind.UNION, "EU"),
    Code("UNO", CodeKind.UNITED_NATIONS, "UN", "United Nations"),
    Code("UNA", CodeKind.UNITED_NATIONS, "UN", "United Nations specialised agency"),
    Code("UNK", CodeKind.UNITED_NATIONS, "", "United Nations mission in Kosovo (UNMIK), resident"),
    Code("XBA", CodeKind.ORGANISATION, "", "African Development Bank"),
    Code("XIM", CodeKind.ORGANISATION, "", "African Export-Import Bank"),
    Code("XCC", CodeKind.ORGANISATION, "", "Caribbean Community"),
    Code("XCE", CodeKind.ORGANISATION, "", "Council of Europe"),
    Code("XCO", CodeKind.ORGANISATION, "", "Common Market for Eastern and Southern Africa"),
    Code("XEC", CodeKind.ORGANISATION, "", "Economic Community of West African States"),
    Code("XPO", CodeKind.ORGANISATION, "", "INTERPOL"),
    Code("XES", CodeKind.ORGANISATION, "", "Organization of Eastern Caribbean States"),
    Code("XMP", CodeKind.ORGANISATION, "", "Parliamentary Assembly of the Mediterranean"),
    Code("XOM", CodeKind.ORGANISATION, "", "Sovereign Military Order of Malta"),
    Code("XDC", CodeKind.ORGANISATION, "", "Southern African Development Community"),
    Code("XXA", CodeKind.NO_NATIONALITY, "", "Stateless person (1954 Convention)"),
    Code("XXB", CodeKind.NO_NATIONALITY, "", "Refugee (1951 Convention)"),
    Code("XXC", CodeKind.NO_NATIONALITY, "", "Refugee, other"),
    Code("XXX", CodeKind.NO_NATIONALITY, "", "Unspecified nationality"),
    Code("UTO", CodeKind.SPECIMEN, "", "Utopia (specimens)"),
    Code("IAO", CodeKind.NOT_FOR_DOCUMENTS, "", "ICAO (signs master lists only)"),
)


def _collect() -> dict[str, Code]:
    table = {pair[:3]: Code(pair[:3], CodeKind.COUNTRY, pair[3:]) for pair in _ISO_3166.split()}
    table |= {pair[:3]: Code(pair[:3], CodeKind.DEPRECATED, pair[3:]) for pair in _WITHDRAWN.split()}
    return table | {code.code: code for code in _ADDITIONS}


CODES: dict[str, Code] = _collect()
"""Every known code by its letters; Germany stands under both `D` (Doc 9303) and `DEU` (ISO 3166)."""

ISSUING_KINDS = frozenset(
    {CodeKind.COUNTRY, CodeKind.EXTENSION, CodeKind.UNION, CodeKind.UNITED_NATIONS, CodeKind.ORGANISATION}
)
"""Kinds whose codes stand in the issuer's place of documents in circulation."""

KNOWN_MISTAKES: dict[str, str] = {
    "XKX": "RKS",  # the user-assigned code that databases use; Kosovo's documents carry RKS
    "KOS": "RKS",
    "UT0": "UTO",
    "GER": "D",
}
"""Codes outside the list, and the one that was probably meant: shown as a hint, never applied."""


def lookup(code: str) -> Code | None:
    """The entry of a code; trailing fillers do not matter."""
    return CODES.get(code.rstrip("<"))
