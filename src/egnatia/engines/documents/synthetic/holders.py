"""Invented holders: common names of the region in its own scripts, days, sexes and numbers that go together.

Every name is drawn from a short list of common ones, so that any full name belongs to many people or to none; numbers
begin with SP. The state only decides names, script and the kind of national number; documents are Utopia's unless a
state is asked for, and are marked SPECIMEN either way.
"""

# ruff: noqa: RUF001 - national letters are the subject

import random
from dataclasses import dataclass
from datetime import date, timedelta

from egnatia.engines.documents.synthetic.national_numbers import national_number
from egnatia.engines.documents.synthetic.types import Holder
from egnatia.errors import InputError


@dataclass(frozen=True, slots=True)
class State:
    """How one state writes names, and what stands at the head of its pages.

    Args:
        code: three letters, as in the zone.
        language: ISO 639-1 code of names and captions.
        title: the state's name as a page prints it.
        families: of all sexes, or in pairs `male/female`.
        women: given names.
        men: given names.
        towns: places of birth.
        both_scripts: names are printed in Cyrillic and in Latin letters.
    """

    code: str
    language: str
    title: str
    families: str
    women: str
    men: str
    towns: str
    both_scripts: bool = False


STATES: dict[str, State] = {
    state.code: state
    for state in (
        State(
            "UTO", "en", "UTOPIA",
            "Eriksson Smith-Jones O'Connor Brown Arkfreith Stevenson van-der-Berg Featherstonehaugh-Cholmondeley",
            "Anna-Maria Charlotte Olivia Grace Zoë", "Oliver Peter-John Maximilian Sam Bartholomew",
            "Zenith Utopolis Nowhere-on-Sea",
        ),
        State(
            "ALB", "sq", "SHQIPËRIA", "Hoxha Çela Përnaska Gjoka Kuçi Dervishi Shehu Leka Prifti Meta",
            "Blerta Fatmirë Drita Elira Mirjetë Vjollca", "Ardit Gëzim Çlirim Luan Përparim Ylli",
            "Durrës Tiranë Vlorë Shkodër Elbasan Korçë",
        ),
        State(
            "RKS", "sq", "KOSOVA", "Krasniqi Gashi Berisha Bytyçi Shala Hoxhaj Rexhepi Kelmendi",
            "Arbnorë Besa Vjosa Teutë Mimozë", "Agron Ilir Shkëlzen Visar Përparim",
            "Prishtinë Pejë Prizren Gjakovë Mitrovicë",
        ),
        State(
            "MKD", "mk", "СЕВЕРНА МАКЕДОНИЈА",
            "Ѓорѓиевски/Ѓорѓиевска Ќосев/Ќосева Трајковски/Трајковска Џамбаски/Џамбаска Стојановски/Стојановска",
            "Жаклина Ѕвезда Билјана Цветанка Снежана", "Љупчо Христо Цветан Ѓорѓи Никола",
            "Скопје Битола Охрид Тетово Куманово", both_scripts=True,
        ),
        State(
            "MNE", "sr-Latn", "CRNA GORA", "Đukanović Vujošević Šćepanović Radulović Vučinić Perović",
            "Željka Anđela Jelena Milica", "Đorđe Miloš Čedomir Nikša Žarko", "Podgorica Nikšić Cetinje Bar Pljevlja",
        ),
        State(
            "SRB", "sr", "СРБИЈА", "Ђорђевић Јовановић Живковић Чолић Шапоњић Петровић",
            "Љиљана Ћирила Јелена Душица Нађа", "Његош Душан Ђорђе Живојин Чедомир",
            "Београд Ниш Врање Нови-Пазар Ужице", both_scripts=True,
        ),
        State(
            "BIH", "bs", "BOSNA I HERCEGOVINA", "Hadžić Kovačević Šehić Delić Đozić",
            "Emina Amra Lejla Dženana", "Džemal Žarko Hašim Đuro", "Sarajevo Mostar Tuzla Zenica",
        ),
        State(
            "GBR", "en", "UNITED KINGDOM", "O'Connor Smith-Jones Brown Taylor Featherstonehaugh-Cholmondeley",
            "Anna Charlotte Siân Chloë", "Oliver Maximilian Bartholomew Seán", "London Leeds Cardiff Belfast Aberdeen",
        ),
    )
}  # fmt: skip
"""States whose holders can be invented, by the letters of the zone."""
_ADULT_DAYS = 16 * 366
_OLDEST_DAYS = 85 * 365
"""So that nobody is a hundred before the document runs out, and the two digits of the year stay clear."""


def state_of(code: str) -> State:
    """The state with these letters.

    Raises:
        InputError: no holders are invented for it.
    """
    if code not in STATES:
        raise InputError(f"No holders are invented for {code!r}.", hint=f"Take one of {', '.join(STATES)}.")
    return STATES[code]


def invent(rng: random.Random, state: str, today: date) -> Holder:
    """A holder of 16 to 85 years.

    Args:
        rng: source of randomness; the same seed gives the same person.
        state: three letters.
        today: the day on which that age is meant.

    Raises:
        InputError: no holders are invented for this state.
    """
    origin = state_of(state)
    sex = rng.choice("MF")
    male, _, female = rng.choice(origin.families.split()).partition("/")
    given = rng.sample((origin.women if sex == "F" else origin.men).split(), rng.choice((1, 1, 1, 2)))
    birth = today - timedelta(days=rng.randrange(_ADULT_DAYS, _OLDEST_DAYS))
    return Holder(
        language=origin.language,
        family=(female or male) if sex == "F" else male,
        given=" ".join(given),
        sex=sex,
        birth=birth,
        birth_place=rng.choice(origin.towns.split()).replace("-", " "),
        nationality=state,
        personal_number=national_number(state, birth, sex, rng),
        face=rng.randrange(1 << 30),
    )
