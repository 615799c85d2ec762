"""An operator's profile: which checks count for more or for less than the catalogue says (BSI TR-03135-1 v2.5, profiles).

```toml
[weights]
CHIP_SOD_SIGNATURE = "mandatory"
IMAGE_RESOLUTION = "optional"
```

A check that the profile calls mandatory is owed even where its source was not presented.
"""

import tomllib
from enum import StrEnum

from egnatia.engines.documents.catalogue import CATALOGUE
from egnatia.engines.documents.mrz.catalogue import ZoneCheck
from egnatia.engines.documents.types import Weight
from egnatia.engines.documents.visual.catalogue import VisualCheck
from egnatia.errors import InputError

MAX_PROFILE = 65_536
"""Bytes: every check of the catalogue has a line under 100."""
NEVER_COUNT = frozenset({ZoneCheck.ZONE_NATIONALITY, VisualCheck.VISUAL_NATIONALITY})
"""No profile makes these count: nationality never bears on a result or on the advice (DOC-09)."""


def read_profile(content: bytes) -> dict[StrEnum, Weight]:
    """The weights of a profile.

    Raises:
        InputError: it is no such file, or names a check or a weight that there is not.
    """
    hint = 'A table [weights] with lines such as CHIP_SOD_SIGNATURE = "mandatory".'
    if len(content) > MAX_PROFILE:
        raise InputError(f"A profile has at most {MAX_PROFILE:,} bytes.", hint=hint)
    try:
        value = tomllib.loads(content.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError):
        raise InputError("This profile is not TOML.", hint=hint) from None
    weights = value.get("weights")
    if value.keys() - {"weights"} or not isinstance(weights, dict):
        raise InputError("A profile has one table, [weights], and nothing else.", hint=hint)
    codes = {code.value: code for code in CATALOGUE}
    return {_code(name, codes): _weight(name, each) for name, each in weights.items()}


def _code(name: str, codes: dict[str, StrEnum]) -> StrEnum:
    code = codes.get(name)
    if code is None:
        raise InputError(f"There is no check {name[:60]!r}.", hint="`docs/reference/documents.md` lists them.")
    if code in NEVER_COUNT:
        raise InputError(f"{name} is only written down: nationality never counts.", hint="Leave it out.")
    return code


def _weight(name: str, value: object) -> Weight:
    if isinstance(value, str) and value in set(Weight):
        return Weight(value)
    raise InputError(f"The weight of {name} is none of {', '.join(Weight)}.", hint="Write one of them in quotes.")
