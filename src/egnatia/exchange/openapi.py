"""The exchange's addresses as an OpenAPI 3.1 document: every answer that a node gives, and no other.

`docs/generate.py` writes it to `docs/reference/exchange-openapi.json`. A test drives every operation from this document
and fails at an answer that does not stand in it.
"""

from dataclasses import dataclass, field
from typing import Any

from egnatia.exchange.blind_pages import PAGE_PATH, STATEMENT_PATH
from egnatia.exchange.envelope import CARD_TYPE, MESSAGE_TYPE
from egnatia.exchange.gossip import HEADS_PATH, PATH_PATH
from egnatia.exchange.parcels import MAX_MESSAGES, PARCEL_TYPE
from egnatia.exchange.paths import (
    C2SP_PATH,
    LEAVES_PATH,
    MESSAGES_PATH,
    PARCELS_PATH,
    SENT_AT_HEADER,
    STATUS_PATH,
    WITNESS_PATH,
)
from egnatia.exchange.problems import PROBLEM_TYPE
from egnatia.ledger.witness_text import SIZE_TYPE
from egnatia.model.states import RefusalReason

JSON, TEXT, BYTES = "application/json", "text/plain", "application/octet-stream"
Schema = dict[str, Any]
_PROBLEM = "#/components/schemas/Problem"
_BASE64 = "^[A-Za-z0-9+/]+={0,2}$"


@dataclass(frozen=True, slots=True)
class Operation:
    """One address and what can be asked there.

    Attributes:
        method: of HTTP, in lower case.
        path: with its parameters in braces.
        summary: what it is for.
        answer: media type of a good answer.
        problems: statuses of the problem answers that it can give, besides those that every address can.
        parameters: of path, query and header.
        body: media type and schema of the request's body.
        texts: answers that are no problem documents, by status: C2SP tlog-witness names them.
    """

    method: str
    path: str
    summary: str
    answer: str
    problems: tuple[int, ...] = ()
    parameters: tuple[Schema, ...] = ()
    body: tuple[str, Schema] | None = None
    texts: dict[int, str] = field(default_factory=dict)


def _query(name: str, text: str) -> Schema:
    schema = {"type": "integer", "minimum": 0, "maximum": 10**18 - 1}
    return {"name": name, "in": "query", "required": True, "description": text, "schema": schema}


def _in_path(name: str, pattern: str) -> Schema:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string", "pattern": pattern}}


_SENT_AT = {
    "name": SENT_AT_HEADER,
    "in": "header",
    "required": True,
    "description": "The sender's clock as it sends; it may differ from ours by five minutes.",
    "schema": {"type": "string", "format": "date-time"},
}
_ENVELOPE = {"$ref": "#/components/schemas/Envelope"}
_PARCEL = {"type": "string", "description": f"One envelope a line, at most {MAX_MESSAGES}."}
_NOTE = {"type": "string", "description": "C2SP tlog-witness, add-checkpoint."}
_WITNESS_TEXTS = {400: TEXT, 403: TEXT, 404: TEXT, 409: SIZE_TYPE, 422: TEXT}

OPERATIONS = (
    Operation(
        "post",
        MESSAGES_PATH,
        "Hand over one signed message; the answer is signed and bound to it. A repetition gets the first answer.",
        JSON,
        problems=(400, 409, 413),
        parameters=(_SENT_AT,),
        body=(JSON, _ENVELOPE),
    ),
    Operation(
        "post",
        PARCELS_PATH,
        "Hand over several messages in one request; each has the answer that it would have had alone, a line each: "
        "status, seconds to wait, answer or problem.",
        PARCEL_TYPE,
        problems=(400, 409, 413),
        parameters=(_SENT_AT,),
        body=(PARCEL_TYPE, _PARCEL),
    ),
    Operation("get", STATUS_PATH, "Version, clock, ledger size and newest message version of this node.", JSON),
    Operation(
        "post",
        WITNESS_PATH,
        "Have a checkpoint cosigned; the name of release 0.1.0.",
        TEXT,
        problems=(413,),
        body=(TEXT, _NOTE),
        texts=_WITNESS_TEXTS,
    ),
    Operation(
        "post",
        C2SP_PATH,
        "Have a checkpoint cosigned (C2SP tlog-witness).",
        TEXT,
        problems=(413,),
        body=(TEXT, _NOTE),
        texts=_WITNESS_TEXTS,
    ),
    Operation(
        "post",
        HEADS_PATH,
        "Exchange the checkpoints that both nodes hold of every third node, so that a split view shows.",
        JSON,
        problems=(400, 413, 422),
        body=(JSON, {"type": "object"}),
    ),
    Operation(
        "get",
        PATH_PATH,
        "A consistency proof between two sizes of this node's ledger.",
        TEXT,
        problems=(422,),
        parameters=(_query("old", "the smaller size"), _query("new", "the larger size")),
    ),
    Operation(
        "get",
        LEAVES_PATH,
        "Leaf hashes of this node's ledger, 32 bytes each, for an audit.",
        BYTES,
        problems=(422,),
        parameters=(_query("start", "first entry"), _query("end", "the entry after the last")),
    ),
    Operation(
        "get",
        STATEMENT_PATH + "/{holder}",
        "The newest signed statement about a holder's filters for blind enquiries.",
        JSON,
        parameters=(_in_path("holder", "^[A-Z]{3}$"),),
    ),
    Operation(
        "get",
        PAGE_PATH + "/{root}/{number}",
        "One page of a filter that was made for the partner who asks.",
        BYTES,
        parameters=(_in_path("root", "^[0-9a-f]{64}$"), _in_path("number", "^[0-9]{1,9}$")),
    ),
)
_ALWAYS = (403, 503)
"""Not a registered partner, suspended, or refused by name; too busy, or a full disk."""
_WHY = {
    400: "The form is not the exchange's; `reason` says which part of it.",
    403: "Refused; `reason` says why.",
    404: "A log that this witness does not know.",
    409: "The clocks differ, or the witness knows another size.",
    413: "Too large.",
    422: "Well formed, and impossible.",
    503: "This node cannot serve anybody just now; `Retry-After` says when to come back.",
}


def openapi_document(version: str) -> Schema:
    """The whole document.

    Args:
        version: of this software.
    """
    paths: dict[str, dict[str, Schema]] = {}
    for each in OPERATIONS:
        paths.setdefault(each.path, {})[each.method] = _operation(each)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Egnatia exchange",
            "version": version,
            "summary": "What partner nodes ask of each other, always under mutual TLS 1.3.",
        },
        "paths": paths,
        "components": {"schemas": {"Envelope": _envelope_schema(), "Problem": _problem_schema()}},
    }


def _operation(each: Operation) -> Schema:
    responses: dict[str, Schema] = {"200": _response("As asked.", {each.answer: {}})}
    for status in sorted({*each.problems, *_ALWAYS, *each.texts}):
        content: dict[str, Schema] = {each.texts[status]: {}} if status in each.texts else {}
        if status in each.problems or status in _ALWAYS:
            content[PROBLEM_TYPE] = {"schema": {"$ref": _PROBLEM}}
        responses[str(status)] = _response(_WHY[status], content)
    made: Schema = {"summary": each.summary, "parameters": list(each.parameters), "responses": responses}
    if each.body is not None:
        media, schema = each.body
        made["requestBody"] = {"required": True, "content": {media: {"schema": schema}}}
    return made


def _response(text: str, content: dict[str, Schema]) -> Schema:
    return {"description": text, "content": content}


def _envelope_schema() -> Schema:
    signature = {
        "type": "object",
        "additionalProperties": False,
        "required": ["keyid", "sig"],
        "properties": {"keyid": {"type": "string"}, "sig": {"type": "string", "pattern": _BASE64}},
    }
    return {
        "description": "DSSE v1. The payload is signed as it stands and never written anew.",
        "type": "object",
        "additionalProperties": False,
        "required": ["payload", "payloadType", "signatures"],
        "properties": {
            "payload": {"type": "string", "pattern": _BASE64},
            "payloadType": {"enum": [MESSAGE_TYPE, CARD_TYPE]},
            "signatures": {"type": "array", "minItems": 1, "maxItems": 1, "items": signature},
        },
    }


def _problem_schema() -> Schema:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": ["code", "reason", "detail", "hint"],
        "properties": {
            "code": {"type": "string"},
            "reason": {"enum": [None, *(each.value for each in RefusalReason)]},
            "detail": {"type": "string"},
            "hint": {"type": "string"},
        },
    }
