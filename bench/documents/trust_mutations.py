"""Spoiled certificates, lists and security objects given to the trust part: nothing raised, slow or wrongly believed.

`bench/documents/trust.py --mutations N` runs it. Every reader gets the same share. A security object counts as wrongly
believed when its signature holds, its chain is trusted, and its content is not what was signed; as silent when any other
byte was changed and no remark says so.
"""

import random
import time
import traceback
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

from bench.documents.mutated import spoil

from egnatia.engines.documents.synthetic.pki import Authority
from egnatia.engines.documents.trust.certificates import read_certificate
from egnatia.engines.documents.trust.chains import ChainState
from egnatia.engines.documents.trust.cms import read_signed_data, verify_signer
from egnatia.engines.documents.trust.crl import read_crl, verify_crl
from egnatia.engines.documents.trust.defect_data import KNOWN, read_defect_data
from egnatia.engines.documents.trust.defect_lists import read_defect_list
from egnatia.engines.documents.trust.holdings import Holdings
from egnatia.engines.documents.trust.keys import PublicKey, read_key
from egnatia.engines.documents.trust.kinds import kind_of
from egnatia.engines.documents.trust.master_lists import ListTrust, read_master_list
from egnatia.engines.documents.trust.remarks import Fault
from egnatia.engines.documents.trust.store import TrustStore
from egnatia.engines.documents.trust.trust_file import read_trust_file, write_trust_file
from egnatia.errors import InputError, TamperedError

SLOW_SECONDS = 1.0
DAY = date(2026, 11, 22)
_SEED = 20261122
_SINCE = date(2024, 1, 1)
_MOMENT = datetime(2024, 6, 1, tzinfo=UTC)
Read = Callable[[bytes, bytes], str]
"""From a sound and a spoiled file to a word: `refused`, `read`, `BELIEVED` or `SILENT`."""


@dataclass(slots=True)
class Tally:
    """What happened to the inputs of one reader."""

    words: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0
    slow: int = 0


def _object(store: TrustStore) -> Read:
    def read(sound: bytes, spoiled: bytes) -> str:
        found, before = read_signed_data(spoiled), read_signed_data(sound)
        if isinstance(found, Fault) or isinstance(before, Fault):
            return "refused"
        verdict, original = verify_signer(found), verify_signer(before)
        if not verdict.ok or verdict.certificate is None:
            return "refused"
        if found.content != before.content:
            return "BELIEVED" if store.chain(verdict.certificate, DAY).state is ChainState.TRUSTED else "refused"
        if found.raw == before.raw:
            return "read" if spoiled == sound else "said" if found.remarks != before.remarks else "same content"
        said = (*found.remarks, *verdict.remarks, *verdict.certificate.remarks)
        first = original.certificate
        usual = (*before.remarks, *original.remarks, *(() if first is None else first.remarks))
        if said != usual:
            return "said"
        return "refused" if store.chain(verdict.certificate, DAY).anchor is None else "SILENT"

    return read


def _certificate(_sound: bytes, spoiled: bytes) -> str:
    found = read_certificate(spoiled)
    return "refused" if isinstance(found, Fault) else "read"


def _master_list(sound: bytes, spoiled: bytes) -> str:
    found, before = read_master_list(spoiled), read_master_list(sound)
    if isinstance(found, Fault) or isinstance(before, Fault) or found.trust is ListTrust.BROKEN:
        return "refused"
    changed = {each.raw for each in found.certificates} != {each.raw for each in before.certificates}
    return "BELIEVED" if changed and found.trust in {ListTrust.ROOT, ListTrust.ITSELF} else "read"


def _crl(sound: bytes, spoiled: bytes) -> str:
    found, before = read_crl(spoiled), read_crl(sound)
    if isinstance(found, Fault) or isinstance(before, Fault):
        return "refused"
    key = _authority_key()
    if isinstance(key, Fault) or not verify_crl(found, key).ok:
        return "refused"
    return "BELIEVED" if found.entries != before.entries else "read"


@cache
def _authority() -> Authority:
    return Authority.make("trust mutations", "p256-sha256", since=_SINCE)


@cache
def _authority_key() -> PublicKey | Fault:
    certificate = read_certificate(_authority().csca.certificate)
    return certificate if isinstance(certificate, Fault) else certificate.key


def _trust_file(sound: bytes, spoiled: bytes) -> str:
    try:
        found = read_trust_file(spoiled, None)
    except (InputError, TamperedError):
        return "refused"
    return "read" if found.holdings == read_trust_file(sound, None).holdings else "BELIEVED"


def _defect_data(_sound: bytes, spoiled: bytes) -> str:
    try:
        read_defect_data(spoiled.decode("utf-8", "replace"))
    except InputError:
        return "refused"
    return "read"


def _others(_sound: bytes, spoiled: bytes) -> str:
    """Readers that only have to end: keys, lists of defects, and the one that tells kinds apart."""
    faults = [isinstance(found, Fault) for found in (read_key(spoiled), read_defect_list(spoiled, (), "bench", DAY))]
    return "refused" if all(faults) and kind_of(spoiled) is None else "read"


def _is_trusted(data: bytes, store: TrustStore) -> bool:
    """Whether a security object leads to an authority: else a change of its own certificate could not be seen."""
    found = read_signed_data(data)
    signer = None if isinstance(found, Fault) else verify_signer(found).certificate
    return signer is not None and store.chain(signer, DAY).state is ChainState.TRUSTED


def readers(paths: Sequence[Path], store: TrustStore) -> dict[str, tuple[Read, list[bytes]]]:
    """Every reader with the sound files that are spoiled for it."""
    objects = [data for path in paths if path.suffix == ".bin" and _is_trusted(data := path.read_bytes(), store)]
    certificates = [each.raw for each in store.certificates()][::7]
    authority = _authority()
    crl = authority.revocation_list([(number, _MOMENT) for number in range(1, 60)], _MOMENT)
    listing = authority.master_list([authority.csca.certificate, *certificates[:5]])
    few = Holdings(dict(list(store.holdings.certificates.items())[:5]))
    whole = write_trust_file(few, "bench", 1, _MOMENT, None)
    return {
        "security objects": (_object(store), objects),
        "certificates": (_certificate, certificates),
        "master lists": (_master_list, [listing]),
        "revocation lists": (_crl, [crl]),
        "trust files": (_trust_file, [whole]),
        "defects as data": (_defect_data, [KNOWN.encode()]),
        "keys, defects, kinds": (_others, [*certificates[:20], listing, crl]),
    }


def run_all(count: int, paths: Sequence[Path], store: TrustStore) -> None:
    """Spoil so many files altogether and print what became of them."""
    every = readers(paths, store)
    print(f"{'spoiled files':<22} {'inputs':>7} {'slowest ms':>11}  what became of them")
    for name, (read, sounds) in every.items():
        tally = _run(name, read, sounds, count // len(every))
        print(f"{name:<22} {sum(tally.words.values()):>7} {1000 * tally.slowest:>11.1f}  {dict(tally.words)}")


def _run(name: str, read: Read, sounds: Sequence[bytes], count: int) -> Tally:
    rng, tally = random.Random(f"{_SEED} {name}"), Tally()
    for number in range(count if sounds else 0):
        sound = sounds[number % len(sounds)]
        spoiled, began = spoil(rng, sound), time.process_time()
        try:
            tally.words[read(sound, spoiled)] += 1
        except Exception as error:  # noqa: BLE001 - the edge where whatever a reader raises is counted
            where = traceback.extract_tb(error.__traceback__)[-1]
            tally.words[f"RAISED {type(error).__name__} {Path(where.filename).name}:{where.lineno}"] += 1
        spent = time.process_time() - began
        tally.slowest, tally.slow = max(tally.slowest, spent), tally.slow + (spent > SLOW_SECONDS)
    return tally
