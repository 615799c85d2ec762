"""Originators' tokens, signed: a DSSE envelope of a type of its own, so that no message can be taken for a consent.

The payload is strict JSON as everywhere in the exchange. A token is verified with the key on the originator's present
card: after the originator changed its keys, a token signed before has to be asked for again.
"""

import re
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from egnatia.agreements.handling import OnwardToken, TokenUse
from egnatia.errors import RefusedError
from egnatia.exchange import strict_json
from egnatia.exchange.directory import card_of
from egnatia.exchange.envelope import open_envelope, seal_envelope, verify_envelope
from egnatia.exchange.message import format_moment, parse_moment
from egnatia.model.ids import PARTNER_CODE, PartnerCode
from egnatia.model.states import Purpose, RefusalReason
from egnatia.store.database import Transaction

TOKEN_TYPE = "application/vnd.egnatia.onward+json"  # noqa: S105 - a media type, no secret
MAX_TOKEN_CHARS = 4_000
"""A token has about 900 characters."""
_VERSION = 1
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_MOMENT = re.compile(r"[0-9T:.Z-]{20,27}")
_TEXT = {
    "issuer": PARTNER_CODE,
    "item": _ID,
    "use": re.compile("|".join(TokenUse)),
    "holder": PARTNER_CODE,
    "to": PARTNER_CODE,
    "purpose": re.compile("|".join(Purpose)),
    "expires_at": _MOMENT,
    "content_sha256": _SHA256,
    "label_sha256": _SHA256,
}
_FIELDS = frozenset({"v", *_TEXT})


def sign_token(token: OnwardToken, key: Ed25519PrivateKey) -> str:
    """The signed token as text."""
    values = {name: getattr(token, name) for name in _TEXT} | {
        "v": _VERSION,
        "expires_at": format_moment(token.expires_at),
    }
    return seal_envelope(key, TOKEN_TYPE, strict_json.render(values)).decode()


def read_token(tx: Transaction, text: str, own: tuple[PartnerCode, bytes] | None = None) -> OnwardToken:
    """Read a token and verify that its issuer signed it; `check_token` then says whether it covers what is wanted.

    Args:
        tx: any transaction.
        text: the signed token.
        own: this node's code and public key, where it may be the issuer itself.

    Raises:
        RefusedError: ONWARD_NOT_ALLOWED, whatever is wrong with it.
    """
    try:
        envelope = open_envelope(text.encode(), TOKEN_TYPE)
        token = _token(strict_json.parse(envelope.payload, "token"))
        key = own[1] if own is not None and own[0] == token.issuer else card_of(tx, token.issuer).signing_key
        verify_envelope(envelope, key, token.issuer)
    except (RefusedError, UnicodeEncodeError) as error:
        said = error.message if isinstance(error, RefusedError) else "it is not text"
        raise RefusedError(
            RefusalReason.ONWARD_NOT_ALLOWED,
            f"this is no token of an originator: {said}",
            hint="Ask the originator for a token, or register its present card if it changed its keys.",
        ) from None
    return token


def _token(values: dict[str, object]) -> OnwardToken:
    strict_json.take_fields(values, _FIELDS, "token")
    if type(values["v"]) is not int or values["v"] != _VERSION:
        raise strict_json.refuse(f"the token's version is not {_VERSION}")
    text = {name: strict_json.take_text(values, name, pattern, "token") for name, pattern in _TEXT.items()}
    return OnwardToken(
        issuer=PartnerCode(text["issuer"]),
        item=text["item"],
        use=TokenUse(text["use"]),
        holder=PartnerCode(text["holder"]),
        to=PartnerCode(text["to"]),
        purpose=Purpose(text["purpose"]),
        expires_at=_moment(text["expires_at"]),
        content_sha256=text["content_sha256"],
        label_sha256=text["label_sha256"],
    )


def _moment(text: str) -> datetime:
    return parse_moment(text, "the token's expires_at")
