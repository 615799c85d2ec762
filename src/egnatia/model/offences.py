"""How serious an offence is, on the one scale that grants use for their threshold.

The three steps are this project's own: demo grants are invented and say so (design requirement E-14 asks that an
offence below a grant's threshold is refused; no instrument read here fixes a common list).
"""

from enum import IntEnum

from egnatia.model.states import Offence


class Seriousness(IntEnum):
    """Order of offences for a grant's threshold; a grant at `SERIOUS` covers `SERIOUS` and `GRAVE`."""

    ORDINARY = 1
    SERIOUS = 2
    GRAVE = 3


SERIOUSNESS: dict[Offence, Seriousness] = {
    Offence.IRREGULAR_CROSSING: Seriousness.ORDINARY,
    Offence.THEFT: Seriousness.ORDINARY,
    Offence.FALSE_DOCUMENT: Seriousness.SERIOUS,
    Offence.BURGLARY: Seriousness.SERIOUS,
    Offence.ROBBERY: Seriousness.SERIOUS,
    Offence.MONEY_LAUNDERING: Seriousness.SERIOUS,
    Offence.MISSING_PERSON: Seriousness.SERIOUS,
    Offence.SMUGGLING_OF_PERSONS: Seriousness.GRAVE,
    Offence.TRAFFICKING_IN_PERSONS: Seriousness.GRAVE,
    Offence.ORGANISED_CRIME_GROUP: Seriousness.GRAVE,
    Offence.SEXUAL_OFFENCE: Seriousness.GRAVE,
    Offence.HOMICIDE: Seriousness.GRAVE,
}
