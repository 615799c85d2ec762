"""Packing from the JSON in which profiles are kept, by the million: a locus that was read once is not read again.

The form is that of `formats.reference_data`: `{"identified": true, "loci": {"vWA": ["16", "17"], ...}}`. Its loci are cut out
as they stand and looked up by their very bytes. What is written otherwise goes through the reader that is given, and so does
each locus the first time: what is packed is the same either way.
"""

from collections.abc import Callable
from itertools import chain

from egnatia.engines.dna.columns import Packer
from egnatia.engines.dna.types import Kind, Profile
from egnatia.errors import InputError

Reader = Callable[[str, str, bytes], Profile]
"""Makes a profile of its reference, its kind and what was kept."""
_BEGIN, _BETWEEN, _END = b'"loci": {', b"], ", b"]}}"
MAX_KNOWN, MAX_PIECE = 1 << 16, 64
"""Loci that are kept in mind, and bytes of each; 200,000 simulated people show 2,349 over all loci of a kit."""


class KeptPacker:
    """Gathers kept profiles into columns."""

    def __init__(self, read: Reader) -> None:
        self._read = read
        self._packer = Packer()
        self._pieces = _Pieces(self._packer, read)

    def add(self, ref: str, kind: Kind, content: bytes) -> None:
        """Take one profile in.

        Raises:
            InputError: as the reader says, or a locus has more different designations than a code book holds.
        """
        _, found, loci = content.partition(_BEGIN)
        if found and loci.endswith(_END):
            try:
                pieces = map(self._pieces.__getitem__, loci[: -len(_END)].split(_BETWEEN))
                self._packer.add_cells(ref, kind, [*chain.from_iterable(pieces)])
            except KeyError:  # not written as ever
                pass
            else:
                return
        self._packer.add(self._read(ref, kind, content))

    def packer(self) -> Packer:
        """What was gathered."""
        return self._packer


class _Pieces(dict[bytes, tuple[int, ...]]):
    """The cell of each locus as it stands; none of amelogenin."""

    def __init__(self, packer: Packer, read: Reader) -> None:
        super().__init__()
        self._packer, self._read = packer, read

    def __missing__(self, piece: bytes) -> tuple[int, ...]:
        """Read it.

        Raises:
            KeyError: it is not one locus by itself.
        """
        try:
            profile = self._read("-", Kind.PERSON, b"{" + _BEGIN + piece + _END)
        except (ValueError, InputError):
            raise KeyError(piece) from None
        if len(profile.loci) + bool(profile.amelogenin) != 1:
            raise KeyError(piece)
        made = tuple(self._packer.cell(*each) for each in profile.loci.items())
        if len(self) < MAX_KNOWN and len(piece) <= MAX_PIECE:
            self[piece] = made
        return made
