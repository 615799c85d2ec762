"""The conformance report: what a candidate's node found out about itself, signed by the key on its card."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

import msgspec

from egnatia.errors import InputError, RefusedError
from egnatia.exchange import strict_json
from egnatia.exchange.card import PartnerCard
from egnatia.exchange.envelope import open_envelope, seal_envelope, verify_envelope
from egnatia.exchange.keys import NodeKeys
from egnatia.exchange.limits import MAX_SKEW
from egnatia.exchange.message import format_moment, parse_moment

REPORT_TYPE = "application/vnd.egnatia.conformance+json"
CONFORMANCE = "conformance"
"""The item of the checklist for which a report is the evidence."""
CHECKS = ("clock", "keys", "card", "agreements", "accounts", "durability", "ledger", "strictness", "flow", "refusals")
"""What has to be in a report, each once: a report without a check is no report."""
FRESH = timedelta(days=30)
"""A report older than this says too little about the node of today; the length is this project's own."""
_VERSION = 1
_Text = Annotated[str, msgspec.Meta(min_length=1, max_length=400)]


class CheckResult(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One check: its name, whether the node passed, and what was seen."""

    name: Annotated[str, msgspec.Meta(pattern=r"^[a-z]{1,20}\Z")]
    passed: bool
    seen: _Text


class _Payload(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    v: Annotated[int, msgspec.Meta(ge=_VERSION, le=_VERSION)]
    code: Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{3}\Z")]
    software: Annotated[str, msgspec.Meta(pattern=r"^[0-9A-Za-z.+-]{1,40}\Z")]
    made_at: Annotated[str, msgspec.Meta(max_length=27)]
    checks: Annotated[list[CheckResult], msgspec.Meta(min_length=1, max_length=40)]


@dataclass(frozen=True, slots=True)
class Report:
    """A report as read and verified."""

    software: str
    made_at: datetime
    checks: tuple[CheckResult, ...]
    sha256: str

    @property
    def passed(self) -> bool:
        """Whether every check passed."""
        return all(check.passed for check in self.checks)


def write_report(keys: NodeKeys, software: str, checks: list[CheckResult], now: datetime) -> bytes:
    """Sign a report, whatever it says: a node that failed says so itself."""
    payload = {"v": _VERSION, "code": keys.code, "software": software, "made_at": format_moment(now)}
    rows = [{"name": check.name, "passed": check.passed, "seen": check.seen} for check in checks]
    return seal_envelope(keys.signing, REPORT_TYPE, strict_json.render(payload | {"checks": rows}))


def read_report(content: bytes, card: PartnerCard, now: datetime) -> Report:
    """Read a report and verify that the node of this card signed it, lately and whole.

    Raises:
        InputError: it is none, another node's, older than `FRESH`, or lacks a check.
    """
    try:
        envelope = open_envelope(content, REPORT_TYPE)
        verify_envelope(envelope, card.signing_key, card.code)
        body = msgspec.convert(strict_json.parse(envelope.payload, "report"), _Payload)
        made_at = parse_moment(body.made_at, "made_at")
    except (RefusedError, msgspec.ValidationError) as error:
        detail = error.detail if isinstance(error, RefusedError) else str(error)
        raise InputError(f"this is no conformance report of {card.code}: {detail}") from None
    if body.code != card.code or sorted(check.name for check in body.checks) != sorted(CHECKS):
        raise InputError(f"this is no whole conformance report of {card.code}", hint="Run the test with this release.")
    if not now - FRESH <= made_at <= now + MAX_SKEW:
        raise InputError(f"the conformance report is of {made_at:%Y-%m-%d}", hint="Have the test run again.")
    return Report(body.software, made_at, tuple(body.checks), envelope.sha256.hex())
