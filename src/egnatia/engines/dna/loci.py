"""Loci: their names in the agreements, the names under which kits and programs write them, and the sets that rules count.

Sources of the sets: Council Decision 2008/616/JHA, annex, chapter 1, and Council Resolution 2009/C 296/01 (European
standard sets, Interpol's 24 with FES, F13A1, F13B, CD4 and GABA); FBI, CODIS core loci of 1997 and of 2017; UK Home
Office, DNA-17, SGM Plus and SGM.
"""

import re
from dataclasses import dataclass

AMELOGENIN = "AMEL"
"""The sex marker: kept beside a profile, never counted."""
TETRA, PENTA, TRI = 4, 5, 3


@dataclass(frozen=True, slots=True)
class Locus:
    """One place on the genome.

    Attributes:
        name: as this engine writes it.
        unit: bases in one repeat.
        aliases: other spellings, besides those that differ in case, spaces, dashes and underscores only.
    """

    name: str
    unit: int = TETRA
    aliases: tuple[str, ...] = ()


LOCI: tuple[Locus, ...] = (
    Locus("vWA", aliases=("VWA31", "vWF", "HUMVWA")),
    Locus("TH01", aliases=("THO1", "HUMTH01", "TC11")),
    Locus("D21S11"),
    Locus("FGA", aliases=("FIBRA", "HUMFIBRA")),
    Locus("D8S1179", aliases=("D6S502",)),
    Locus("D3S1358"),
    Locus("D18S51"),
    Locus("D1S1656"),
    Locus("D2S441"),
    Locus("D10S1248"),
    Locus("D12S391"),
    Locus("D22S1045", TRI),
    Locus("D16S539"),
    Locus("D2S1338"),
    Locus("D19S433"),
    Locus("SE33", aliases=("ACTBP2", "HUMACTBP2", "ACTBP8")),
    Locus("TPOX", aliases=("TP0X", "HUMTPOX")),
    Locus("CSF1PO", aliases=("CSF1P0", "CSF", "HUMCSF1PO")),
    Locus("D13S317"),
    Locus("D7S820"),
    Locus("D5S818"),
    Locus("Penta D", PENTA),
    Locus("Penta E", PENTA),
    Locus("FES", aliases=("FESFPS", "FES/FPS", "HUMFESFPS")),
    Locus("F13A1", aliases=("F13A01", "F13A", "HUMF13A01")),
    Locus("F13B", aliases=("HUMF13B",)),
    Locus("CD4", PENTA),
    Locus("GABA", aliases=("GABRB15",)),
    Locus("D6S1043"),
    Locus("D2S1360"),
    Locus("D3S1744"),
    Locus("D4S2366"),
    Locus("D5S2500"),
    Locus("D7S1517"),
    Locus("D8S1132"),
    Locus("D10S2325", PENTA),
    Locus("D21S2055"),
    Locus("Penta C", PENTA),
    Locus("LPL", aliases=("HUMLPL",)),
    Locus("D1S1677"),
    Locus("D2S1776"),
    Locus("D3S4529"),
    Locus("D4S2408"),
    Locus("D6S1017"),
    Locus("D9S1122"),
    Locus("D9S2157", TRI),
    Locus("D11S4463"),
    Locus("D14S1434"),
    Locus("D17S1301"),
    Locus("D18S853", TRI),
    Locus("D20S482"),
    Locus("D20S1082", TRI),
)
"""Autosomal loci of the kits in use. Lengths of repeats: NIST STRBase."""

BY_NAME = {each.name: each for each in LOCI}
_OLD = ("vWA", "TH01", "D21S11", "FGA", "D8S1179", "D3S1358", "D18S51")
_ADDED = ("D1S1656", "D2S441", "D10S1248", "D12S391", "D22S1045")
_SGM_PLUS = (*_OLD, "D16S539", "D2S1338", "D19S433")
_CODIS = (*_OLD, "TPOX", "CSF1PO", "D13S317", "D7S820", "D5S818", "D16S539")
SETS: dict[str, tuple[str, ...]] = {
    "ess-7": _OLD,
    "ess-12": (*_OLD, *_ADDED),
    "interpol-24": (*_CODIS, "D2S1338", "D19S433", "Penta D", "Penta E", "FES", "F13A1", "F13B", "SE33", "CD4", "GABA"),
    "sgm": ("vWA", "TH01", "D21S11", "FGA", "D8S1179", "D18S51"),
    "sgm-plus": _SGM_PLUS,
    "dna-17": (*_SGM_PLUS, *_ADDED, "SE33"),
    "codis-13": _CODIS,
    "codis-20": (*_CODIS, *_ADDED, "D2S1338", "D19S433"),
    "all": tuple(each.name for each in LOCI),
}
"""Sets of loci by the name under which rules call them. `interpol-24` has amelogenin as its 24th, which never counts."""

_NOISE = re.compile(r"[\s_.\-/]+")


def _key(name: str) -> str:
    return _NOISE.sub("", name).upper()


_KEYS = {_key(spelling): each.name for each in LOCI for spelling in (each.name, *each.aliases)} | {
    _key(spelling): AMELOGENIN for spelling in ("AMEL", "Amelogenin", "AMELX", "AMG", "AMELO")
}


def locus_name(text: str) -> str | None:
    """This engine's name of a locus, however a kit writes it; None where no autosomal locus is called that."""
    return _KEYS.get(_key(text))
