"""From a recipe to the authority and its signers; each is made once in a process."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache

from egnatia.engines.documents.synthetic.certificates import Credential, Liberties, Subject, issue
from egnatia.engines.documents.synthetic.pki import Authority, Role, impostor, specimen
from egnatia.engines.documents.synthetic.types import KEY_YEARS, AuthorityRecipe

_MONTHS = 12
_MONTH = timedelta(days=31)
_TYPES = ("P", "ID")
"""Document types that a signer signs, as Austria's lists several."""


@cache
def authority(recipe: AuthorityRecipe) -> Authority:
    """The authority that a recipe describes; its keys of other years have other seeds.

    Raises:
        InputError: there is no such algorithm profile.
    """
    seed = f"{recipe.seed} {recipe.state} {recipe.since.year}"
    return Authority.make(seed, recipe.profile, state=recipe.state, since=recipe.since)


def document_signer(recipe: AuthorityRecipe, day: date) -> Credential:
    """The document signer that the authority used on a day: it has one for each month."""
    return _monthly_signer(recipe.at(day), day.year, day.month)


@cache
def _monthly_signer(recipe: AuthorityRecipe, year: int, month: int) -> Credential:
    number = (year - recipe.since.year) * _MONTHS + month
    start = datetime(year, month, 1, tzinfo=UTC)
    return authority(recipe).document_signer(number, _in_use(recipe, start, _MONTH), not_before=start)


def _in_use(recipe: AuthorityRecipe, start: datetime, time_in_use: timedelta) -> Liberties:
    """A signer of passports and cards alike, whose key is in use for so long."""
    form = authority(recipe).profile.form
    return Liberties(key_form=form, private_until=start + time_in_use, document_types=_TYPES)


@cache
def expired_signer(recipe: AuthorityRecipe, day: date) -> Credential:
    """A document signer of the authority whose certificate ran out a month before a day."""
    start, end = (datetime.combine(day - timedelta(days=days), time(), UTC) for days in (400, 30))
    then = recipe.at(start.date())
    return authority(then).document_signer(99, _in_use(then, start, _MONTH), not_before=start, not_after=end)


@cache
def revoked_signer(recipe: AuthorityRecipe) -> Credential:
    """A document signer of the authority that its revocation list names (`revocation_list`)."""
    all_the_time = KEY_YEARS * timedelta(days=366)
    return authority(recipe).document_signer(98, _in_use(recipe, recipe_start(recipe), all_the_time))


@cache
def revocation_list(recipe: AuthorityRecipe, day: date) -> bytes:
    """The authority's list of revoked certificates, made on a day: the one signer of `revoked_signer`."""
    now = datetime.combine(day, time(), UTC)
    revoked = (revoked_signer(recipe).serial, max(recipe_start(recipe), now - timedelta(days=100)))
    return authority(recipe).revocation_list([revoked], now)


def recipe_start(recipe: AuthorityRecipe) -> datetime:
    """The first moment of the authority's key."""
    return datetime.combine(recipe.since, time(), UTC)


@cache
def forged_signer(recipe: AuthorityRecipe, seed: str) -> Credential:
    """A document signer issued by a forger who calls himself the authority."""
    genuine = authority(recipe)
    own = impostor(genuine.csca, seed)
    victim = genuine.document_signer(1)
    twin = impostor(victim, f"{seed} signer")
    name = specimen(genuine.csca.name.country(), f"DS {recipe.state} SPECIMEN 1")
    start = genuine.since
    subject = Subject(
        Role.DOCUMENT_SIGNER, name, twin.key, twin.scheme, start, start + timedelta(days=3_800), recipe.state
    )
    return issue(own, subject, _in_use(recipe, start, KEY_YEARS * timedelta(days=366)))


@cache
def seal_signer(recipe: AuthorityRecipe) -> Credential:
    """The signer of that authority's seals, valid until a document of ten years sealed with its last key runs out."""
    end = recipe_start(recipe) + timedelta(days=366 * (KEY_YEARS + 10) + 31)
    return authority(recipe).seal_signer(not_after=end)


@cache
def forged_seal_signer(recipe: AuthorityRecipe, seed: str) -> Credential:
    """A signer of seals that a forger made for himself under the genuine one's name."""
    return impostor(seal_signer(recipe), seed)
