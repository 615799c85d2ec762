"""Pools of names to draw from: what the lists hold, what rules build beside it, and how often each comes.

A rank weighs by Zipf's law with an offset, which keeps the first from taking everything (Mandelbrot, 1953). Where a
share was counted it is used as counted.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from itertools import accumulate, product

from egnatia.engines.people.simulate import figures

_FAMILY_OFFSET, _GIVEN_OFFSET = 8.0, 30.0
"""Ranks added before weighing. The first family name then bears 1.5 % and the first given name 1.6 %: less than Krasniqi in
Kosovo (3.3 %), and about what Smith bears in Britain (1.2 %)."""
_RARE_GIVEN = 0.1
"""Share of given names that rules build: rare names are what a search for a common one never meets."""


class People(StrEnum):
    """A naming tradition with the register that holds it. It is used to draw names and nowhere else."""

    ALBANIA = "AL"
    KOSOVO = "XK"
    MACEDONIAN = "MK"
    MACEDONIAN_ALBANIAN = "MK-AL"
    MONTENEGRO = "ME"
    SERBIA = "RS"
    BRITAIN = "GB"


PEOPLES = {
    People.ALBANIA: 0.42,
    People.KOSOVO: 0.22,
    People.MACEDONIAN: 0.09,
    People.MACEDONIAN_ALBANIAN: 0.05,
    People.MONTENEGRO: 0.05,
    People.SERBIA: 0.05,
    People.BRITAIN: 0.12,
}
"""Share of each in a register, as in the design measurement that the figures are compared with."""
CYRILLIC = {People.MACEDONIAN: 1.0, People.MACEDONIAN_ALBANIAN: 1.0, People.SERBIA: 0.5, People.MONTENEGRO: 0.2}
"""Share of households whose names are filed in Cyrillic."""
FATHERED = {People.BRITAIN: 0.0}
"""Share of records that name the father; .9 where nothing is said."""


@dataclass(frozen=True, slots=True)
class Pool:
    """Names, and where each one's share of the line from 0 to 1 ends."""

    names: tuple[str, ...]
    ends: tuple[float, ...]

    def drawn(self, where: float) -> str:
        """The name at a place of the line."""
        return self.names[min(bisect_right(self.ends, where), len(self.names) - 1)]


@dataclass(frozen=True, slots=True)
class Pools:
    """What one people's names are drawn from."""

    men: Pool
    women: Pool
    family: Pool


def _pool(shares: Iterable[tuple[str, float]]) -> Pool:
    weights: dict[str, float] = {}
    for name, share in shares:
        weights[name] = weights.get(name, 0.0) + share
    total = sum(weights.values())
    return Pool(tuple(weights), tuple(end / total for end in accumulate(weights.values())))


def _ranked(names: Sequence[str], total: float = 1.0, offset: float = _FAMILY_OFFSET) -> list[tuple[str, float]]:
    weights = [1.0 / (rank + offset) for rank in range(1, len(names) + 1)]
    whole = sum(weights)
    return [(name, weight / whole * total) for name, weight in zip(names, weights, strict=True)]


def _given(listed: Sequence[str], built: Sequence[str]) -> Pool:
    return _pool([*_ranked(listed, 1 - _RARE_GIVEN, _GIVEN_OFFSET), *_ranked(built, _RARE_GIVEN, _GIVEN_OFFSET)])


def _joined(beginnings: str, endings: str) -> list[str]:
    """Every beginning with every ending, endings in turn so that no beginning comes first in all."""
    return [(one + two).capitalize() for two, one in product(endings.split(), beginnings.split())]


_ALBANIAN_STEMS = (
    "ard art arb alb ag bes bler bor dard dit drit edm elv erm fat fisn flam flor gent gjin gon gzim ilir jet kalt kon kujt "
    "lav led leon lind lir lul majl mend mim mir nard oriol pranv qend rin rrez sar shkel shpres shqip tef trim val veton "
    "vjos vull xhev yll zam"
)
_ALBANIAN_PLACES = (
    "bog drag dush gjak gram has jun kam kel klos kras kuk kum lab lipj luz mal mat mir mort must nish peq pod pren prek "
    "rug rah sel shal shosh shtup skav stav svir tep ter tir tom trop tup ujm vel vërm vlas vran xibr zatr zhub zym"
)
_SLAVIC_STEMS = (
    "bor bran cvet dob drag dušk goj grad jar jas kres krun lep ljub mil mir mom nov obren pred rad rast sav slav spas "
    "stan stoj strah svet tih vel vid vlad vlast voj vuj vuk zdrav zlat zvon žel živ"
)
_TRADES = "kovač ribar mlinar lončar pekar zlatar tkač krojač sedlar stolar vodeničar čoban mesar kolar tesar bačvar"
_BRITISH_BEGINNINGS = (
    "ash bar beck black brad bram brook burn cald charl chat chil cran cross dal dar den dun east edg el farn fen gar gil "
    "grim had hal har hart hath hay hol hors hud ken kirk lang leigh lin lock mal mar mel mil mor net new nor oak pem pres "
    "rad rams red rich ros row sal sand shel ship stan stock strat sut thorn thur till wad wal war wes whit win wood wyn"
)
_BRITISH_ENDINGS = (
    "ford ton ley well wood worth by ham field stead hurst bridge bourne combe den dale gate grove house land man mere "
    "more ridge shaw side stone thorpe wick"
)


def _albanian_given(endings: str) -> list[str]:
    return _joined(_ALBANIAN_STEMS, endings)


def _slavic_given(endings: str) -> list[str]:
    return _joined(_SLAVIC_STEMS, endings)


def albanian_of(given: str) -> list[str]:
    """Family names that go back to a given name: Gjon gives Gjoni and Gjonaj, Marku ends in u after k (also g, h and i)."""
    stem = given.rstrip("aeiouyë") or given
    return [stem + ("u" if stem[-1] in "kghi" else "i"), stem + "aj"]


def _albanian_family() -> list[str]:
    built = _albanian_given("an it on im ur or end esh az ik")
    from_given = [name for given in (*figures.ALBANIAN_MEN, *built) for name in albanian_of(given)]
    places = _joined(_ALBANIAN_PLACES, "i aj a ica ani ova oshi eci uni ari eli ezi ina ulli ishi ori")
    rare = _joined(" ".join(_pairs(_ALBANIAN_PLACES, _ALBANIAN_STEMS)), "i aj a")
    return [*from_given, *places, *rare]


def _pairs(beginnings: str, endings: str) -> list[str]:
    return [one + two for two, one in product(endings.split(), beginnings.split()) if one != two]


def _slavic_family(endings: Callable[[str], list[str]]) -> list[str]:
    built = _slavic_given("oslav omir an oje ko in oš iša ota enko")
    rare = [pair.capitalize() for pair in _pairs(_SLAVIC_STEMS, _SLAVIC_STEMS)]
    bases = [*figures.SLAVIC_MEN, *(trade.capitalize() for trade in _TRADES.split()), *built, *rare]
    return [name for place in range(2) for base in bases for name in endings(base)[place : place + 1]]


def serbian_of(base: str) -> list[str]:
    """Family names that go back to a name or a trade: Petar gives Petarović, Miloš gives Milošević and Milošić."""
    stem = base.rstrip("aeiou") or base
    soft = stem[-1] in "šžčćđjc" or stem.endswith(("lj", "nj"))
    return [stem + ("ević" if soft else "ović"), stem + "ić"]


def macedonian_of(base: str) -> list[str]:
    """The same as Macedonians write it: Trajkovski, Trajkov."""
    stem = base.rstrip("aeiou") or base
    soft = stem[-1] in "šžčćđjc"
    return [stem + ("evski" if soft else "ovski"), stem + ("ev" if soft else "ov")]


def _british_family() -> list[str]:
    patronymic = [name + "son" for name in figures.BRITISH_MEN if not name.endswith("son")]
    rare = [pair.capitalize() for pair in _pairs(_BRITISH_BEGINNINGS, _BRITISH_BEGINNINGS)]
    return [*patronymic, *_joined(_BRITISH_BEGINNINGS, _BRITISH_ENDINGS), *rare]


@cache
def pools() -> dict[People, Pools]:
    """The pools of every people; made once."""
    men = _given(figures.ALBANIAN_MEN, _albanian_given("an it on im ur or end esh az ik"))
    women = _given(figures.ALBANIAN_WOMEN, _albanian_given("a ana ita ina ime ore ënda esha eta ika"))
    slav_men = _given(figures.SLAVIC_MEN, _slavic_given("oslav omir an oje ko in oš iša ota enko"))
    slav_women = _given(figures.SLAVIC_WOMEN, _slavic_given("oslava omira ana ojka ka ina ica išava enka anka"))
    gb_men = _given(figures.BRITISH_MEN, _joined(_BRITISH_BEGINNINGS, "ley ton den"))
    gb_women = _given(figures.BRITISH_WOMEN, _joined(_BRITISH_BEGINNINGS, "lyn ette ia"))
    albanian = _albanian_family()
    counted = [(name, count / figures.KOSOVO_PEOPLE) for name, count in figures.KOSOVO_COUNTED.items()]
    rest = 1 - sum(share for _, share in counted)
    others = [name for name in figures.ALBANIAN_FAMILY[::-1] if name not in figures.KOSOVO_COUNTED]
    kosovo = _pool([*counted, *_ranked([*others, *albanian], rest)])
    albania = _pool(_ranked([*figures.ALBANIAN_FAMILY, *albanian]))
    macedonian = _pool(_ranked([*figures.MACEDONIAN_FAMILY, *_slavic_family(macedonian_of)]))
    montenegrin = _pool(_ranked([*figures.MONTENEGRIN_FAMILY, *_slavic_family(serbian_of)]))
    serbian = _pool(_ranked([*figures.SERBIAN_FAMILY, *_slavic_family(serbian_of)]))
    british = _pool(_ranked([*figures.BRITISH_FAMILY, *_british_family()]))
    return {
        People.ALBANIA: Pools(men, women, albania),
        People.KOSOVO: Pools(men, women, kosovo),
        People.MACEDONIAN: Pools(slav_men, slav_women, macedonian),
        People.MACEDONIAN_ALBANIAN: Pools(men, women, kosovo),
        People.MONTENEGRO: Pools(slav_men, slav_women, montenegrin),
        People.SERBIA: Pools(slav_men, slav_women, serbian),
        People.BRITAIN: Pools(gb_men, gb_women, british),
    }
