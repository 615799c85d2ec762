"""The name field: two identifiers separated by two fillers, components by one (Doc 9303-3 section 4.6)."""

from egnatia.engines.documents.mrz.digits import FILLER
from egnatia.engines.documents.mrz.types import HolderName

SEPARATOR = "<<"


def read_name(field: str) -> HolderName:
    """Split a name field into its components.

    A letter in the last position means that the name must be treated as cut (Doc 9303-4 section 4.2.3), even where it
    only just fits.
    """
    primary, _, secondary = field.strip(FILLER).partition(SEPARATOR)
    return HolderName(_components(primary), _components(secondary), truncated=not field.endswith(FILLER))


def _components(identifier: str) -> tuple[str, ...]:
    return tuple(part for part in identifier.split(FILLER) if part)


def regular(field: str) -> bool:
    """Whether fillers stand only where the rules put them: none first, one `<<` at most, then the padding."""
    body = field.rstrip(FILLER)
    return not body.startswith(FILLER) and body.count(SEPARATOR) <= 1 and "<<<" not in body


def write_name(primary: tuple[str, ...], secondary: tuple[str, ...], width: int) -> str:
    """Write a name field, cut by the rules of parts 4 to 7 section 4.2.3 where it does not fit.

    The primary identifier gives way only as far as needed for `<<` and one character of the secondary; a cut name ends
    with a letter in the last position.
    """
    family, given = FILLER.join(primary), FILLER.join(secondary)
    whole = family + SEPARATOR + given if given else family
    if len(whole) <= width:
        return whole.ljust(width, FILLER)
    if not given:
        return _cut(primary, width)
    room = width - len(SEPARATOR) - 1
    if len(family) > room:
        family = _cut(primary, room)
    return family + SEPARATOR + _cut(secondary, width - len(family) - len(SEPARATOR))


def _cut(components: tuple[str, ...], width: int) -> str:
    """Exactly `width` characters of the components, ending with a letter wherever that can be had."""
    text = FILLER.join(components)[:width]
    if not text.endswith(FILLER):
        return text
    kept = text.rstrip(FILLER).split(FILLER)
    for index in range(len(kept) - 1, -1, -1):
        if len(kept[index]) > 1:  # one letter fewer here makes room for the next component's initial
            kept[index] = kept[index][:-1]
            return FILLER.join([*kept, components[len(kept)][0]])
    return text
