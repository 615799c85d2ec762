"""Labels and tokens between real nodes: what travels, what is refused at both ends, and who has to consent to what."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select, update
from tests.federation.acts import Tale, deliver, follow
from tests.federation.world import ALB, CODES, GBR, MKD, XKX, World

from egnatia.agreements import import_register
from egnatia.agreements.handling import (
    Item,
    OnwardToken,
    TokenUse,
    content_sha256,
    from_text,
    label_sha256,
    plain,
    short_label,
)
from egnatia.enquiries import followups, releases
from egnatia.enquiries.labels import Terms, circumstances
from egnatia.enquiries.onward import asking, consents, deciding, evidence, forwarding, relabelling
from egnatia.enquiries.retention import erase_due
from egnatia.errors import ConflictError, ErasedError, ForbiddenError, InputError, NotFoundError, RefusedError
from egnatia.exchange.protocols import learn_protocol
from egnatia.exchange.tokens import sign_token
from egnatia.model.handling import ActionLimit, ConsentState, EvidenceUse, Grading, Label, Onward
from egnatia.model.states import Offence, Purpose, RefusalReason, SubjectKind
from egnatia.scenario.task_force import agreements
from egnatia.store.database import Transaction
from egnatia.store.tables import release, sealed_record

WHY = "The officers in Dover have the same batch in their proceedings."
REASON = "The batch is theirs as well and the case is one."


def know(world: World, version: int = 2) -> None:
    """Every node has seen which version of messages the others speak."""
    for code in CODES:
        for other in CODES:
            if other != code:
                world.do(code, partial(learn_protocol, partner=other, version=version))


@pytest.fixture
def asked(world: World) -> Tale:
    """ALB's hit at XKX is confirmed and followed up; XKX has the request."""
    know(world)
    made = Tale(world)
    made.ask(partners=(XKX,))
    deliver(made)
    made.take()
    world.confirm(ALB, made.candidate)
    follow(made)
    deliver(made)
    return made


@pytest.fixture
def held(asked: Tale) -> Tale:
    """XKX released to ALB under H1, the grant's short code."""
    release_to_alb(asked)
    return asked


def base() -> Label:
    return short_label("H1", circumstances(XKX, ALB), Purpose.BORDER_CHECK)


def propose(tale: Tale, terms: Terms | None = None) -> None:
    world = tale.world
    node, officer = world.nodes[XKX], world.officer(XKX, "approver-1")

    def job(tx: Transaction) -> None:
        fields = tuple(releases.available(tx, tale.follow_up))
        tale.release = releases.propose(tx, node.desk, officer, tale.follow_up, (fields, REASON), world.clock(), terms)

    world.do(XKX, job)


def release_to_alb(tale: Tale, terms: Terms | None = None) -> None:
    propose(tale, terms)
    tale.world.approve(XKX, tale.release)
    assert tale.world.deliver() == 1


def stored(tale: Tale, code: Any = ALB) -> Any:
    query = release.select().where(release.c.follow_up_id == tale.follow_up)
    return tale.world.look(code, lambda tx: tx.execute(query).one())


def ask(tale: Tale, use: TokenUse = TokenUse.ONWARD, to: Any = GBR, **changes: Any) -> str:
    world = tale.world
    draft = asking.ConsentDraft(**({"item": str(tale.follow_up), "use": use, "to": to, "justification": WHY} | changes))
    node, officer = world.nodes[ALB], world.officer(ALB)
    return world.do(ALB, lambda tx: asking.ask_consent(tx, node.desk, officer, draft, world.clock()))


def consent(tale: Tale, request: str, days: int = 10) -> None:
    world = tale.world
    desk, first, second = world.nodes[XKX].desk, world.officer(XKX, "approver-1"), world.officer(XKX, "approver-2")
    world.do(XKX, lambda tx: deciding.propose_consent(tx, desk, first, request, (days, REASON), world.clock()))
    world.do(XKX, lambda tx: deciding.grant_consent(tx, desk, second, request, world.clock()))


def allowed(tale: Tale, use: TokenUse = TokenUse.ONWARD, to: Any = GBR) -> str:
    request = ask(tale, use, to)
    tale.world.deliver()
    consent(tale, request)
    tale.world.deliver()
    return request


def forward(tale: Tale, to: Any = GBR, code: Any = ALB) -> str:
    world = tale.world
    node, officer = world.nodes[code], world.officer(code, "supervisor")
    wanted = (str(tale.follow_up), to, WHY)
    return world.do(code, lambda tx: forwarding.forward(tx, node.desk, officer, wanted, world.clock()))


def no(reason: RefusalReason, act: Callable[[], object]) -> str:
    with pytest.raises(RefusedError) as caught:
        act()
    assert caught.value.reason is reason, caught.value.message
    assert caught.value.hint()
    return caught.value.detail


def request_at(tale: Tale, code: Any, request: str) -> consents.Consent:
    direction = consents.OUT if code == ALB else consents.IN
    return tale.world.look(code, lambda tx: consents.get(tx, request, direction))


# The label of a release.


def test_the_whole_label_travels_and_the_receipt_repeats_its_hash(held: Tale) -> None:
    ours, theirs = stored(held, XKX), stored(held)
    assert from_text(theirs.label) == base() == from_text(ours.label)
    assert theirs.label_sha256 == ours.label_sha256 == label_sha256(base())
    assert (theirs.handling, theirs.as_of, ours.delivered_at) == ("H1", "2025-05-15", held.world.clock())


def test_an_officer_may_be_stricter_than_the_grant_and_grade(asked: Tale) -> None:
    label = replace(base(), action=ActionLimit.COVERT_USE, onward=Onward.NONE, conditions=frozenset({"ask first"}))
    release_to_alb(asked, Terms(label, Grading("3x5x2", "2", "C")))
    row = stored(asked)
    assert (row.handling, from_text(row.label), row.grading) == ("LABEL", label, '["3x5x2", "2", "C"]')
    assert ask_is_refused(asked, RefusalReason.ONWARD_NOT_ALLOWED)


def ask_is_refused(tale: Tale, reason: RefusalReason) -> bool:
    no(reason, lambda: ask(tale))
    return True


WRONG_LABELS: list[dict[str, Any]] = [
    {"evidence_use": EvidenceUse.FREE},
    {"onward": Onward.FREE},
    {"purposes": frozenset(Purpose)},
    {"purposes": frozenset()},
    {"audience": replace(base().audience, orgs=frozenset({"XKX"}))},
    {"audience": replace(base().audience, orgs=None)},
    {"originators": frozenset({ALB})},
    {"erase_on": date(2025, 5, 15)},
]


def test_a_label_that_the_grant_or_the_use_does_not_allow_is_not_proposed(asked: Tale) -> None:
    for change in WRONG_LABELS:
        terms = Terms(replace(base(), **change))
        no(RefusalReason.HANDLING_FORBIDS, partial(propose, asked, terms))
    assert "release.proposed" not in asked.world.kinds(XKX)


def test_a_partner_of_the_earlier_release_gets_the_short_code_or_nothing(asked: Tale) -> None:
    know(asked.world, 1)
    propose(asked, Terms(replace(base(), onward=Onward.ASK_ORIGINATOR, conditions=frozenset({"ask first"}))))
    no(RefusalReason.PARTNER_TOO_OLD, lambda: asked.world.approve(XKX, asked.release))
    assert asked.world.deliver() == 0
    officer = asked.world.officer(XKX, "approver-2")
    asked.world.do(XKX, lambda tx: releases.send_back(tx, officer, asked.release, REASON, asked.world.clock()))
    release_to_alb(asked, Terms(replace(base(), onward=Onward.ASK_ORIGINATOR)))
    row = stored(asked)
    assert (row.handling, row.label_sha256) == ("H1.H2", None)
    assert from_text(row.label).onward is Onward.ASK_ORIGINATOR, "the short code is read into a label at once"


def body_of(tale: Tale, **changes: Any) -> dict[str, Any]:
    body = {"follow_up": str(tale.follow_up), "fields": {"category": "lost"}, "handling": "H1", "as_of": "2025-05-15"}
    return body | {"label": plain(base())} | changes


WRONG_BODIES: list[tuple[dict[str, Any], str]] = [
    ({"handling": "X9", "label": None}, "HANDLING_UNKNOWN"),
    ({"handling": "H3", "label": None}, "HANDLING_UNKNOWN"),
    ({"handling": "LABEL", "label": None}, "HANDLING_UNKNOWN"),
    ({"handling": "LABEL"}, "HANDLING_UNKNOWN"),
    ({"handling": "H2"}, "HANDLING_UNKNOWN"),
    ({"label": plain(replace(base(), originators=frozenset({GBR})))}, "HANDLING_UNKNOWN"),
    ({"label": plain(replace(base(), purposes=frozenset({Purpose.RETURN}))), "handling": "LABEL"}, "HANDLING_FORBIDS"),
    (
        {
            "label": plain(replace(base(), audience=replace(base().audience, orgs=frozenset({"XKX"})))),
            "handling": "LABEL",
        },
        "HANDLING_FORBIDS",
    ),
    ({"label": plain(base()) | {"onward": "anybody"}}, "MALFORMED"),
    ({"label": {**plain(base()), "extra": 1}}, "MALFORMED"),
    ({"label": {name: value for name, value in plain(base()).items() if name != "evidence_use"}}, "MALFORMED"),
    ({"grading": {"scheme": "3x5x2", "source": "9", "information": "A"}}, "HANDLING_UNKNOWN"),
]


def test_a_receiver_takes_no_label_that_it_cannot_obey(asked: Tale) -> None:
    for changes, reason in WRONG_BODIES:
        body = {name: value for name, value in body_of(asked, **changes).items() if value is not None}
        answer = asked.world.send_body(XKX, ALB, "release", body, asked.enquiry)
        assert (answer.kind, answer.body["reason"]) == ("refusal", reason), changes
    assert "release.received" not in asked.world.kinds(ALB)
    good = asked.world.send_body(XKX, ALB, "release", body_of(asked), asked.enquiry)
    assert good.body == {"label_sha256": label_sha256(base())}


def test_a_release_of_another_label_than_was_sent_stays_unconfirmed(asked: Tale) -> None:
    propose(asked)
    asked.world.approve(XKX, asked.release)
    spoilt = update(release).where(release.c.id == asked.release).values(label_sha256="0" * 64)
    asked.world.do(XKX, lambda tx: tx.execute(spoilt))
    asked.world.runner.run(asked.world.couriers[XKX].deliver_due())
    assert stored(asked, XKX).delivered_at is None


def test_the_earlier_of_two_days_erases_and_looking_is_a_use(asked: Tale) -> None:
    world = asked.world
    release_to_alb(asked, Terms(replace(base(), erase_on=date(2025, 5, 20))))
    sealed = stored(asked).sealed_id
    until = world.look(ALB, lambda tx: tx.execute(select(sealed_record.c.erase_on).where(sealed_record.c.id == sealed)))
    assert until.scalar_one().date() == date(2025, 5, 20)
    officer = world.officer(ALB)

    def look() -> object:
        return world.do(ALB, lambda tx: releases.view_received(tx, officer, asked.follow_up, WHY, world.clock()))

    assert look()
    world.clock.turn(days=5)
    no(RefusalReason.HANDLING_FORBIDS, look)
    world.do(ALB, lambda tx: erase_due(tx, world.clock()))
    assert world.look(ALB, lambda tx: tx.opened(sealed)) is None


# Somebody else's item.


def test_an_item_goes_on_only_after_two_people_of_its_originator_signed(held: Tale) -> None:
    world = held.world
    assert "demo" not in no(RefusalReason.ONWARD_NOT_ALLOWED, lambda: forward(held))
    request = ask(held)
    assert world.deliver() == 1
    no(RefusalReason.ONWARD_NOT_ALLOWED, lambda: forward(held))
    desk, first = world.nodes[XKX].desk, world.officer(XKX, "approver-1")
    world.do(XKX, lambda tx: deciding.propose_consent(tx, desk, first, request, (10, REASON), world.clock()))
    for post in ("approver-1", "enquirer", "auditor"):
        who = world.officer(XKX, post)
        with pytest.raises(ForbiddenError):
            world.do(
                XKX, partial(deciding.grant_consent, desk=desk, officer=who, request_id=request, now=world.clock())
            )
    no(RefusalReason.ONWARD_NOT_ALLOWED, lambda: forward(held))
    second = world.officer(XKX, "approver-2")
    world.do(XKX, lambda tx: deciding.grant_consent(tx, desk, second, request, world.clock()))
    assert world.deliver() == 1
    assert request_at(held, ALB, request).state is ConsentState.GRANTED
    forward(held)
    assert world.deliver() == 1
    item, originator = view_at(held, GBR)
    assert originator == XKX
    assert item.label == base()
    assert item.fields == released(held)
    assert [each.delivered_at for each in world.look(ALB, forwarding.listed)] == [world.clock()]
    for code, kinds in ((ALB, {"consent.asked", "consent.received", "item.forwarded"}), (GBR, {"forward.received"})):
        assert kinds <= set(world.kinds(code))
    assert {"consent.requested", "consent.proposed", "consent.granted"} <= set(world.kinds(XKX))


def released(tale: Tale) -> dict[str, str]:
    world, officer = tale.world, tale.world.officer(ALB)
    return world.do(ALB, lambda tx: releases.view_received(tx, officer, tale.follow_up, WHY, world.clock()))[1]


def view_at(tale: Tale, code: Any) -> tuple[Item, Any]:
    world, officer = tale.world, tale.world.officer(code)
    return world.do(code, lambda tx: forwarding.view_forwarded(tx, officer, tale.follow_up, WHY, world.clock()))


def test_a_token_is_for_one_recipient_one_time_and_never_for_a_pair_without_an_agreement(held: Tale) -> None:
    world = held.world
    allowed(held)
    no(RefusalReason.ONWARD_NOT_ALLOWED, lambda: forward(held, MKD))
    request = allowed(held, to=MKD)
    assert request_at(held, ALB, request).state is ConsentState.GRANTED
    no(RefusalReason.NO_AGREEMENT, lambda: forward(held, MKD))  # ALB and MKD have none for travel documents
    world.clock.turn(days=10)
    no(RefusalReason.ONWARD_NOT_ALLOWED, lambda: forward(held))


def test_one_person_of_the_originator_is_enough_for_a_no(held: Tale) -> None:
    world = held.world
    request = ask(held)
    world.deliver()
    desk, officer = world.nodes[XKX].desk, world.officer(XKX, "supervisor")
    with pytest.raises(InputError):
        refuse(held, request, RefusalReason.MALFORMED)
    refuse(held, request, RefusalReason.DECLINED_BY_OFFICER)
    world.deliver()
    row = request_at(held, ALB, request)
    assert (row.state, row.refusal) == (ConsentState.REFUSED, RefusalReason.DECLINED_BY_OFFICER)
    no(RefusalReason.ONWARD_NOT_ALLOWED, lambda: forward(held))
    with pytest.raises(ConflictError):
        world.do(XKX, lambda tx: deciding.propose_consent(tx, desk, officer, request, (1, REASON), world.clock()))


def refuse(tale: Tale, request: str, reason: RefusalReason) -> None:
    world = tale.world
    desk, officer = world.nodes[XKX].desk, world.officer(XKX, "supervisor")
    world.do(XKX, lambda tx: deciding.refuse_consent(tx, desk, officer, request, reason, world.clock()))


def test_a_token_has_an_end(held: Tale) -> None:
    request = ask(held)
    held.world.deliver()
    for days in (0, -1, 91):
        with pytest.raises(InputError):
            consent(held, request, days)


def test_what_is_not_somebody_elses_to_pass_on_is_not_asked(held: Tale) -> None:
    for to in (ALB, XKX):
        with pytest.raises(ConflictError):
            ask(held, to=to)
    with pytest.raises(InputError):
        ask(held, TokenUse.EVIDENCE, GBR)
    with pytest.raises(NotFoundError):
        ask(held, item="0" * 8 + "-0000-4000-8000-" + "0" * 12)
    with pytest.raises(InputError):
        ask(held, justification="too short")
    know(held.world, 1)
    no(RefusalReason.PARTNER_TOO_OLD, lambda: ask(held))


WRONG_REQUESTS: list[tuple[dict[str, Any], Any, str]] = [
    ({"item": "0" * 8 + "-0000-4000-8000-" + "0" * 12}, ALB, "UNKNOWN_CONVERSATION"),
    ({}, GBR, "UNKNOWN_CONVERSATION"),
    ({"label_sha256": "0" * 64}, ALB, "HANDLING_UNKNOWN"),
    ({"purpose": "return"}, ALB, "HANDLING_FORBIDS"),
    ({"to": "XKX"}, ALB, "ONWARD_NOT_ALLOWED"),
    ({"to": "ALB"}, ALB, "ONWARD_NOT_ALLOWED"),
    ({"to": "FRA"}, ALB, "ONWARD_NOT_ALLOWED"),
    ({"use": "evidence"}, ALB, "MALFORMED"),
    ({"use": "anything"}, ALB, "MALFORMED"),
]


def test_an_originator_hears_no_request_about_what_the_sender_does_not_hold(held: Tale) -> None:
    body = {
        "request": "1" * 8 + "-0000-4000-8000-" + "0" * 12,
        "item": str(held.follow_up),
        "use": "onward",
        "to": "GBR",
    }
    body |= {"purpose": "border_check", "officer": "off-12", "label_sha256": label_sha256(base()), "justification": WHY}
    for changes, sender, reason in WRONG_REQUESTS:
        answer = held.world.send_body(sender, XKX, "consent_request", body | changes, held.enquiry)
        assert (answer.kind, answer.body["reason"]) == ("refusal", reason), changes
    assert held.world.look(XKX, consents.listed) == []
    assert held.world.send_body(ALB, XKX, "consent_request", body, held.enquiry).kind == "receipt"


def forged(tale: Tale, signer: Any = XKX, **changes: Any) -> str:
    """A token as XKX would sign it, with something else in it."""
    world = tale.world
    about = (SubjectKind.TRAVEL_DOCUMENT, Offence.FALSE_DOCUMENT, None)
    item = Item(str(tale.follow_up), released(tale), date(2025, 5, 15), base(), *about)
    token = OnwardToken(
        issuer=XKX,
        item=item.id,
        use=TokenUse.ONWARD,
        holder=ALB,
        to=GBR,
        purpose=Purpose.BORDER_CHECK,
        expires_at=world.clock() + timedelta(days=1),
        content_sha256=content_sha256(item),
        label_sha256=label_sha256(base()),
    )
    return sign_token(replace(token, **changes), world.nodes[signer].keys.signing)


def forward_body(tale: Tale, token: str, **changes: Any) -> dict[str, Any]:
    body = {"item": str(tale.follow_up), "originator": "XKX", "subject": "travel_document", "purpose": "border_check"}
    body |= {"offence": "false_document", "as_of": "2025-05-15", "token": token}
    return body | {"fields": released(tale), "label": plain(base()), "grading": None} | changes


SPOILT_TOKENS: list[dict[str, Any]] = [
    {"signer": ALB},
    {"signer": GBR},
    {"issuer": ALB, "signer": ALB},
    {"issuer": GBR, "signer": GBR},
    {"item": "1" * 8 + "-0000-4000-8000-" + "0" * 12},
    {"use": TokenUse.EVIDENCE},
    {"holder": MKD},
    {"to": MKD},
    {"purpose": Purpose.INVESTIGATION},
    {"content_sha256": "0" * 64},
    {"label_sha256": "0" * 64},
]


def test_the_receiver_refuses_somebody_elses_item_without_a_token_for_exactly_this(held: Tale) -> None:
    """The holder's own node would not send these: a holder that runs something else does."""
    for number, changes in enumerate(SPOILT_TOKENS):
        body = forward_body(held, forged(held, **changes))
        answer = held.world.send_body(ALB, GBR, "forward", body, f"conversation-{number}")
        assert (answer.kind, answer.body["reason"]) == ("refusal", "ONWARD_NOT_ALLOWED"), (changes, answer.body)
    assert "forward.received" not in held.world.kinds(GBR)


def loosened(label: Label) -> dict[str, Any]:
    return plain(replace(label, evidence_use=EvidenceUse.FREE))


def changes_on_the_way(tale: Tale) -> list[dict[str, Any]]:
    values = released(tale)
    return [
        {"fields": {**values, "category": "lost"}},
        {"fields": {name: value for name, value in values.items() if name != "category"}},
        {"label": loosened(base())},
        {"label": plain(replace(base(), action=ActionLimit.NONE))},
        {"as_of": "2025-05-14"},
        {"originator": "MKD"},
        {"purpose": "investigation"},
        {"token": "{}"},
        {"token": "no token"},
    ]


def test_a_relay_strips_nothing_and_adds_nothing(held: Tale) -> None:
    whole = forward_body(held, forged(held))
    for change in changes_on_the_way(held):
        answer = held.world.send_body(ALB, GBR, "forward", whole | change, "conversation-1")
        assert (answer.kind, answer.body["reason"]) == ("refusal", "ONWARD_NOT_ALLOWED"), (change, answer.body)
    assert held.world.send_body(ALB, GBR, "forward", whole, "conversation-1").kind == "receipt", "unspoilt it is taken"
    again = held.world.send_body(ALB, GBR, "forward", whole, "conversation-2")
    assert again.body["reason"] == "ID_REUSED"


def test_a_token_of_another_time_is_worth_nothing(held: Tale) -> None:
    token = forged(held)
    held.world.clock.turn(days=1)
    answer = held.world.send_body(ALB, GBR, "forward", forward_body(held, token), "conversation-1")
    assert answer.body["reason"] == "ONWARD_NOT_ALLOWED"


def test_whoever_was_given_it_asks_the_originator_too(held: Tale) -> None:
    """A third holder is not a free one: GBR needs a token of its own before MKD may have it."""
    world = held.world
    allowed(held)
    forward(held)
    world.deliver()
    no(RefusalReason.ONWARD_NOT_ALLOWED, lambda: forward(held, MKD, GBR))
    node, officer = world.nodes[GBR], world.officer(GBR)
    draft = asking.ConsentDraft(str(held.follow_up), TokenUse.EVIDENCE, GBR, WHY)
    no(RefusalReason.HANDLING_FORBIDS, lambda: court(held, GBR))
    request = world.do(GBR, lambda tx: asking.ask_consent(tx, node.desk, officer, draft, world.clock()))
    world.deliver()
    consent(held, request)
    world.deliver()
    assert court(held, GBR)["originator"] == XKX


# Evidence.


def court(tale: Tale, code: Any = ALB) -> dict[str, Any]:
    world = tale.world
    node, officer = world.nodes[code], world.officer(code, "examiner")
    wanted = (str(tale.follow_up), WHY)
    return world.do(code, lambda tx: evidence.export_evidence(tx, node.desk, officer, wanted, world.clock()))


def test_an_h1_item_goes_to_no_court_without_its_originators_consent(held: Tale) -> None:
    world = held.world
    assert "XKX" in no(RefusalReason.HANDLING_FORBIDS, lambda: court(held))
    desk = world.nodes[ALB].desk

    def bundle() -> None:
        for objects in ((f"follow_up:{held.follow_up}", "case:x"), (f"item:{held.follow_up}",), None):
            world.look(ALB, partial(evidence.check_bundle, desk=desk, objects=objects, now=world.clock()))
        world.look(ALB, lambda tx: evidence.check_bundle(tx, desk, ("case:x", "item:x"), world.clock()))

    no(RefusalReason.HANDLING_FORBIDS, bundle)
    allowed(held)
    no(RefusalReason.HANDLING_FORBIDS, lambda: court(held))  # consent to pass it on is not consent to this
    allowed(held, TokenUse.EVIDENCE, ALB)
    made = court(held)
    bundle()
    assert made["fields"] == released(held)
    assert (made["label_sha256"], len(made["consent"])) == (label_sha256(base()), 1)
    assert world.kinds(ALB).count("evidence.exported") == 1
    world.clock.turn(days=11)
    no(RefusalReason.HANDLING_FORBIDS, lambda: court(held))


def test_an_item_whose_label_says_nothing_of_courts_needs_no_consent(asked: Tale) -> None:
    loose = agreements().replace(b'handling_default = "H1"', b'handling_default = "P"')
    asked.world.do(XKX, lambda tx: import_register(tx, loose, "off-installer", asked.world.clock()))
    release_to_alb(asked)
    assert stored(asked).handling == "P"
    assert court(asked)["consent"] == []


# A new label.


def relabel(tale: Tale, label: Label) -> list[Any]:
    world = tale.world
    desk, officer = world.nodes[XKX].desk, world.officer(XKX, "supervisor")
    wanted = (str(tale.follow_up), label, REASON)
    return world.do(XKX, lambda tx: relabelling.change_label(tx, desk, officer, wanted, world.clock()))


def test_the_originator_tightens_and_loosens_and_every_holder_follows(held: Tale) -> None:
    world = held.world
    allowed(held)
    forward(held)
    world.deliver()
    strict = replace(base(), onward=Onward.NONE, erase_on=date(2025, 6, 1))
    assert relabel(held, strict) == [ALB, GBR]
    assert world.deliver() == 2
    assert from_text(stored(held).label) == strict == view_at(held, GBR)[0].label
    no(RefusalReason.ONWARD_NOT_ALLOWED, lambda: forward(held, GBR))
    ask_is_refused(held, RefusalReason.ONWARD_NOT_ALLOWED)
    loose = replace(base(), evidence_use=EvidenceUse.FREE)
    relabel(held, loose)
    world.deliver()
    assert from_text(stored(held).label) == loose
    assert court(held)["consent"] == []
    sealed = stored(held).sealed_id
    until = world.look(ALB, lambda tx: tx.execute(select(sealed_record.c.erase_on).where(sealed_record.c.id == sealed)))
    assert until.scalar_one().date() == date(2025, 6, 1), "an item is not kept longer than was once promised"
    with pytest.raises(ConflictError):
        relabel(held, loose)


def test_nobody_else_changes_a_label(held: Tale) -> None:
    body = {"item": str(held.follow_up), "old_sha256": label_sha256(base()), "label": loosened(base())}
    answer = held.world.send_body(GBR, ALB, "label_change", body, held.enquiry)
    assert answer.body["reason"] == "HANDLING_FORBIDS"
    not_here = held.world.send_body(XKX, GBR, "label_change", body, held.enquiry)
    assert not_here.kind == "receipt", "the item may still come: tests/hostile/test_hostile_labels.py"
    other = held.world.send_body(XKX, ALB, "label_change", body | {"old_sha256": "0" * 64}, held.enquiry)
    assert other.body["reason"] == "HANDLING_UNKNOWN"
    assert from_text(stored(held).label) == base()


def test_tokens_for_the_old_label_end_with_it(held: Tale) -> None:
    allowed(held)
    relabel(held, replace(base(), action=ActionLimit.COVERT_USE))
    held.world.deliver()
    no(RefusalReason.ONWARD_NOT_ALLOWED, lambda: forward(held))


def test_giving_the_old_label_back_revives_no_token(held: Tale) -> None:
    allowed(held)
    for label in (replace(base(), action=ActionLimit.COVERT_USE), base()):
        relabel(held, label)
        held.world.deliver()
    assert from_text(stored(held).label) == base()
    no(RefusalReason.ONWARD_NOT_ALLOWED, lambda: forward(held))
    allowed(held)
    assert forward(held), "a new consent, for the label of today, is worth what it says"


def test_an_erased_item_goes_nowhere(held: Tale) -> None:
    world = held.world
    allowed(held)
    sealed = stored(held).sealed_id
    world.do(ALB, lambda tx: tx.erase(sealed))
    with pytest.raises(ErasedError):
        forward(held)
    assert world.look(ALB, lambda tx: followups.get(tx, held.follow_up, followups.OUT)).closed_at
