"""What a verifier must hold to judge synthetic documents: certificates, revocation lists and registers of the issuers.

The forgers' own certificates are not among them, nor is the authority that nobody knows.
"""

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from egnatia.engines.documents.synthetic.authorities import authority, revocation_list, seal_signer
from egnatia.engines.documents.synthetic.chips import foreign
from egnatia.engines.documents.synthetic.falsities import BLANK_PREFIX, LAST_BLANK
from egnatia.engines.documents.synthetic.pki import Authority
from egnatia.engines.documents.synthetic.types import SPECIMEN, AuthorityRecipe, SyntheticDocument
from egnatia.engines.documents.types import FalseClass

LIST_SIGNER = AuthorityRecipe("list", "rsa3072-sha256", "UTO")
"""The authority whose master list carries the others."""
_COLUMNS = ("issuer", "document_type", "number", "number_to", "category", "reported_on", "reference", "circumstances")


def recipes(documents: Iterable[SyntheticDocument]) -> tuple[AuthorityRecipe, ...]:
    """Every genuine authority that may stand behind these documents, each of its keys for itself."""
    found: dict[AuthorityRecipe, None] = {}
    for document in documents:
        days = {issue.issued for issue in (document.issue, *document.told.values())}
        for day in sorted(days | {each - timedelta(days=400) for each in days}):
            found[document.authority.at(day)] = None
            found[foreign(document.authority).at(day)] = None
    return tuple(found)


def certificates(documents: Iterable[SyntheticDocument]) -> tuple[bytes, ...]:
    """The self-signed certificates of those authorities."""
    return tuple(authority(recipe).csca.certificate for recipe in recipes(documents))


def files(documents: Iterable[SyntheticDocument], day: date) -> dict[str, bytes]:
    """Everything to be trusted, by a file's name: certificates, a master list with its signer, seal signers, lists.

    Args:
        documents: whatever is to be judged.
        day: on which the revocation lists are made.
    """
    given = tuple(documents)
    made: dict[str, bytes] = {}
    sealed = any(document.seal is not None for document in given)
    for recipe in recipes(given):
        name = f"{recipe.state}-{recipe.since.year}"
        made[f"csca-{name}.cer"] = authority(recipe).csca.certificate
        made[f"revoked-{name}.crl"] = revocation_list(recipe, day)
        if sealed:
            made[f"seal-signer-{name}.cer"] = seal_signer(recipe).certificate
    listing: Authority = authority(LIST_SIGNER)
    made["list-root.cer"] = listing.csca.certificate
    made["master-list.ml"] = listing.master_list([*certificates(given), listing.csca.certificate])
    return made


def register(documents: Iterable[SyntheticDocument], day: date) -> str:
    """The lost-and-stolen register that knows of these documents, as `registers.register` reads it."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_COLUMNS)
    writer.writerows(_rows(documents, day))
    return out.getvalue()


def _rows(documents: Iterable[SyntheticDocument], day: date) -> Iterator[tuple[str, ...]]:
    """A batch of blanks was reported before the first of them was used, everything else the day before `day`."""
    given = tuple(documents)
    blanks: dict[tuple[str, str], date] = {}
    for number, document in enumerate(given, 1):
        issue, label = document.issue, document.label
        kind = (issue.issuer, issue.code[:1])
        if label.kind is FalseClass.STOLEN_BLANK:
            blanks[kind] = min(issue.issued, blanks.get(kind, issue.issued))
        elif label.register:
            yield *kind, issue.number, "", label.register, _before(day), f"R-{number:05}", SPECIMEN
    for kind, first_used in blanks.items():
        first, last = (f"{BLANK_PREFIX}{each:07}" for each in (1, LAST_BLANK))
        yield *kind, first, last, "stolen_blank", _before(first_used), f"B-{'-'.join(kind)}", SPECIMEN


def _before(day: date) -> str:
    """The day before: when it was reported."""
    return (day - timedelta(days=1)).isoformat()
