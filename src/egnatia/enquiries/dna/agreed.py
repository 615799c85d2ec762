"""The rules that a grant names: shipped with this program, or the agreement's own, which travel in its register.

Both ends have to compare by the same rules, so a question and its answer name the hash of their content. Who finds another
one than its own refuses, and says why.
"""

from functools import lru_cache

from egnatia.engines.dna.rule_file import content_hash, read_rules, shipped_hash, shipped_rules
from egnatia.engines.dna.rules import RuleSet
from egnatia.errors import RefusedError
from egnatia.model.agreements import Grant
from egnatia.model.dna import DnaTerms
from egnatia.model.states import RefusalReason

_read = lru_cache(maxsize=64)(read_rules)
_hashed = lru_cache(maxsize=64)(content_hash)


def rules_of(grant: Grant) -> RuleSet:
    """The rules by which both ends compare under a grant.

    Raises:
        RefusedError: SUBJECT_NOT_SUPPORTED; the grant says nothing of DNA.
        NotFoundError: this release has no such rules.
    """
    terms = _terms(grant)
    return (
        _read(terms.own_rules.encode(), f"the rules of {grant.id}") if terms.own_rules else shipped_rules(terms.rules)
    )


def rules_hash(grant: Grant) -> str:
    """The hash of their content, by which both ends see that they mean the same.

    Raises:
        RefusedError, NotFoundError: as `rules_of`.
    """
    terms = _terms(grant)
    return _hashed(terms.own_rules.encode()) if terms.own_rules else shipped_hash(terms.rules)


def check_same(grant: Grant, theirs: str | None) -> None:
    """Stop where the partner compares by other rules than this node.

    Raises:
        RefusedError: PROFILE_RULES_DIFFER.
    """
    if theirs != rules_hash(grant):
        raise RefusedError(
            RefusalReason.PROFILE_RULES_DIFFER,
            f"the partner's rules for {grant.id} are not ours ({rules_hash(grant)[:12]})",
            hint="Both lay their agreement registers side by side; one of them has another version of the rule set.",
        )


def _terms(grant: Grant) -> DnaTerms:
    if grant.dna is None:
        raise RefusedError(RefusalReason.SUBJECT_NOT_SUPPORTED, f"{grant.id} does not say how DNA is compared")
    return grant.dna
