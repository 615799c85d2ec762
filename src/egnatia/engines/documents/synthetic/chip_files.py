"""The files of one chip, from a small description: everything right, or wrong in the places that the caller names.

`genuine` makes a plan in which all agrees; a test replaces parts of it (`dataclasses.replace`, `with_group`), and
`write` turns it into files. What is changed in the plan is hashed and signed as it then stands; what should be wrong
after signing goes into `after`, `swapped` or `removed`. Every name, face and key is invented.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from egnatia.engines.documents.synthetic import der
from egnatia.engines.documents.synthetic.certificates import Credential
from egnatia.engines.documents.synthetic.cms import MessageLiberties, sign_cms
from egnatia.engines.documents.synthetic.data_groups import common
from egnatia.engines.documents.synthetic.resigned import Edit
from egnatia.engines.documents.synthetic.security_object import (
    CARD_SECURITY_OBJECT,
    LDS_SECURITY_OBJECT,
    HashList,
    security_object,
)
from egnatia.engines.documents.synthetic.tlv import Node, node, parse

AS_IS = MessageLiberties()


@dataclass(frozen=True, slots=True)
class SignedPlan:
    """How EF.SOD or EF.CardSecurity is signed.

    Args:
        signer: whose key signs.
        liberties: what the message does differently.
        content: a change to what is signed, before it is signed.
        after: a change to the whole message, after it was signed (root tag 30); not to one of indefinite length.
        content_type: another identifier for what is signed.
    """

    signer: Credential
    liberties: MessageLiberties = AS_IS
    content: Edit | None = None
    after: Edit | None = None
    content_type: str | None = None


@dataclass(frozen=True, slots=True)
class ChipPlan:
    """What a chip is to hold.

    Args:
        groups: data groups by number; hashed as they are encoded.
        sod: how EF.SOD is signed; None leaves it out.
        hashes: what the security object says beside the true hashes.
        com: EF.COM; None for one that lists the data groups.
        sod_after: a change to EF.SOD as a whole (root tag 77).
        access: security infos of EF.CardAccess; None leaves the file out.
        security: security infos of EF.CardSecurity; None leaves the file out.
        card: how EF.CardSecurity is signed; None for the signer and the liberties of EF.SOD, without its changes.
        swapped: bytes put in place of a file after everything was signed, by the file's name.
        removed: names of files taken away after everything was signed.
    """

    groups: Mapping[int, Node]
    sod: SignedPlan | None
    hashes: HashList = field(default_factory=HashList)
    com: Node | None = None
    sod_after: Edit | None = None
    access: tuple[bytes, ...] | None = None
    security: tuple[bytes, ...] | None = None
    card: SignedPlan | None = None
    swapped: Mapping[str, bytes] = field(default_factory=dict)
    removed: frozenset[str] = frozenset()


def with_group(plan: ChipPlan, number: int, edit: Edit) -> ChipPlan:
    """The plan with one data group changed before it is hashed."""
    return replace(plan, groups={**plan.groups, number: edit(plan.groups[number])})


def with_sod(plan: ChipPlan, to: Callable[[SignedPlan], SignedPlan]) -> ChipPlan:
    """The plan with EF.SOD signed in another way; a plan without one stays as it is."""
    return plan if plan.sod is None else replace(plan, sod=to(plan.sod))


def write(plan: ChipPlan) -> dict[str, bytes]:
    """The files by their names: EF.COM, EF.SOD, DG1 to DG16, EF.CardAccess, EF.CardSecurity."""
    groups = {number: tree.encode() for number, tree in sorted(plan.groups.items())}
    files = {"EF.COM": (plan.com or common(groups)).encode()}
    files |= {f"DG{number}": content for number, content in groups.items()}
    if plan.sod is not None:
        files["EF.SOD"] = _sod(plan, plan.sod, groups)
    if plan.access is not None:
        files["EF.CardAccess"] = _infos(plan.access).encode()
    card = plan.card or (plan.sod and SignedPlan(plan.sod.signer, plan.sod.liberties))
    if plan.security is not None and card is not None:
        files["EF.CardSecurity"] = signed(_infos(plan.security), CARD_SECURITY_OBJECT, card)
    files |= plan.swapped
    return {name: content for name, content in files.items() if name not in plan.removed}


def signed(content: Node, content_type: str, plan: SignedPlan) -> bytes:
    """A signed message around a tree."""
    wanted = content if plan.content is None else plan.content(content)
    message = sign_cms(wanted.encode(), plan.content_type or content_type, plan.signer, plan.liberties)
    return message if plan.after is None else plan.after(parse(message)).encode()


def _sod(plan: ChipPlan, how: SignedPlan, groups: Mapping[int, bytes]) -> bytes:
    message = signed(security_object(groups, plan.hashes), LDS_SECURITY_OBJECT, how)
    if plan.sod_after is None:
        return Node(0x77, message).encode()
    return plan.sod_after(node(0x77, parse(message))).encode()


def _infos(infos: tuple[bytes, ...]) -> Node:
    return parse(der.tlv(der.SET, b"".join(sorted(infos))))
