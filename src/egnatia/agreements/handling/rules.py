"""What a label permits: who may hold an item, pass it on, use it, and who may make its label looser.

Each rule raises when it says no, with one reason, so that no caller can forget to look at an answer.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from egnatia.agreements.handling.lattice import RANK, wider_in
from egnatia.errors import RefusedError
from egnatia.model.handling import Audience, EvidenceUse, Label, Onward, Sanitisation, Scope
from egnatia.model.ids import PartnerCode
from egnatia.model.states import Purpose, RefusalReason


@dataclass(frozen=True, slots=True)
class Circles:
    """Who stands in which circle, as far as this node knows.

    Attributes:
        task_force: the partners.
        connected: organisations of the communities that are directly connected with it.
        communities: organisations of communities further away.
    """

    task_force: frozenset[str]
    connected: frozenset[str] = frozenset()
    communities: frozenset[str] = frozenset()


def reaches(audience: Audience, org: str, circles: Circles) -> bool:
    """Whether an organisation is inside all limits of the audience; persons are the holder's own affair."""
    inside = {
        Scope.PUBLIC: True,
        Scope.COMMUNITIES: org in circles.task_force | circles.connected | circles.communities,
        Scope.CONNECTED: org in circles.task_force | circles.connected,
        Scope.TASK_FORCE: org in circles.task_force,
    }[audience.scope]
    return inside and (audience.orgs is None or org in audience.orgs)


def check_pass_on(label: Label, to: str, circles: Circles, *, token: bool) -> None:
    """Require that a holder may pass the item on.

    Args:
        label: of the item.
        to: who would receive it.
        circles: who stands where.
        token: whether a valid token of every originator for exactly this stands behind it.

    Raises:
        RefusedError: ONWARD_NOT_ALLOWED.
    """
    if label.onward is Onward.NONE:
        raise _not_onward("its label lets nobody pass it on")
    if token or label.onward is Onward.FREE:
        return
    if label.onward is Onward.ASK_ORIGINATOR:
        raise _not_onward(f"it needs a token of {' and '.join(sorted(label.originators))} first")
    if not reaches(label.audience, to, circles):
        raise _not_onward(f"{to} is not in its audience, and there is no token of the originator")


def _not_onward(why: str) -> RefusedError:
    return RefusedError(
        RefusalReason.ONWARD_NOT_ALLOWED,
        f"this item may not be passed on: {why}",
        hint="Ask the originator with `egnatia release ask-consent`; two of its people decide.",
    )


def check_use(label: Label, purpose: Purpose, today: date) -> None:
    """Require that the item may be used for a purpose today.

    Raises:
        RefusedError: HANDLING_FORBIDS.
    """
    if label.erase_on is not None and today >= label.erase_on:
        raise _forbidden(f"the item had to be erased on {label.erase_on.isoformat()}")
    if purpose not in label.purposes:
        allowed = ", ".join(sorted(each.value for each in label.purposes)) or "nothing"
        raise _forbidden(f"it may not be used for {purpose.value}, only for {allowed}")


def check_evidence(label: Label, consents: Collection[PartnerCode]) -> None:
    """Require that the item may stand in judicial proceedings.

    Args:
        label: of the item.
        consents: originators whose consent to exactly this is on record.

    Raises:
        RefusedError: HANDLING_FORBIDS.
    """
    missing = sorted(label.originators - set(consents))
    if label.evidence_use is EvidenceUse.ASK and missing:
        raise _forbidden(
            f"it may not stand in proceedings without the consent of {', '.join(missing)}, and none is on record"
        )


def _forbidden(why: str) -> RefusedError:
    return RefusedError(
        RefusalReason.HANDLING_FORBIDS,
        f"the item's label does not allow this: {why}",
        hint="Ask the originator; its consent, or a new label signed by it, is needed.",
    )


def check_regrade(old: Label, new: Label, by: PartnerCode) -> None:
    """Require that somebody may give an item another label: anybody a stricter one, only the originator a looser one.

    Raises:
        RefusedError: HANDLING_FORBIDS.
    """
    if new.originators != old.originators:
        raise _forbidden("a new label does not change whose item it is")
    wider = wider_in(new, old)
    if wider and old.originators != {by}:
        raise _forbidden(f"only its originator may loosen its {', '.join(wider)}")


def check_sanitise(label: Label, by: PartnerCode, *, consulted: bool) -> None:
    """Require that somebody may make a version without the source.

    Raises:
        RefusedError: HANDLING_FORBIDS.
    """
    if label.originators == {by}:
        return
    if RANK[label.sanitisation] > RANK[Sanitisation.DELEGATED] and not consulted:
        raise _forbidden("the originator has to be consulted before it is sanitised")
