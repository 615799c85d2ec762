"""Travel documents: what a machine-readable zone says, whether it agrees with itself, and the lost-and-stolen register.

What it decides: which format a zone has, what stands in each field, what every check digit says about it, which rules
of Doc 9303 it keeps or breaks, and one of four advices: consistent, discrepancies, suspected_false, cannot_tell. It
never says that a document is genuine or forged; that is a person's verdict. Name and nationality never change the
advice.

Method: fixed positions, the 7-3-1 check digits, closed lists of codes and one plain function per check. Nothing is
learned and nothing is scored, so the same zone on the same day always gives the same findings.

Source: ICAO Doc 9303 parts 3 to 8 (eighth edition with the amendments up to February 2026), ISO 3166-1, and BSI
TR-03135-1 v2.5 for the reach of expiry dates.

Limits: arithmetic shows misreading and careless alteration, not skill: whoever can calculate a check digit makes a
consistent zone, and `blind_substitutions` lists what no check digit of a given zone can see. Names, issuer, nationality
and sex carry no check digit at all. Rules about issuers (`mrz/issuer_rules.toml`) are data, each with a source and a
confidence, and no better than those.

Public names: `inspect` and `read_zone` read text; `inspect_document` checks what was read; `blind_substitutions` and
`possible_repairs` explain what the digits cannot and can prove; `write_zone` and `random_zone` make zones;
`read_register` and `matches` are the register.
"""

from egnatia.engines.documents.findings import Finding
from egnatia.engines.documents.mrz.blind import BlindChange, BlindKind, blind_substitutions
from egnatia.engines.documents.mrz.codes import CODES, Code, CodeKind, lookup
from egnatia.engines.documents.mrz.document_codes import PASSPORT_CODES
from egnatia.engines.documents.mrz.findings import RULES, FindingCode
from egnatia.engines.documents.mrz.generate import ISSUERS, GeneratedZone, random_zone
from egnatia.engines.documents.mrz.inspection import Inspection, inspect, inspect_document
from egnatia.engines.documents.mrz.reader import read_zone
from egnatia.engines.documents.mrz.repair import possible_repairs
from egnatia.engines.documents.mrz.transliteration import name_components, transliterate
from egnatia.engines.documents.mrz.types import (
    Change,
    DocumentType,
    Field,
    FieldReading,
    Format,
    HolderName,
    PartialDate,
    Repair,
    Sex,
    Tolerated,
    Verdict,
    ZoneDocument,
)
from egnatia.engines.documents.mrz.writer import ZoneFields, write_zone
from egnatia.engines.documents.registers.register import (
    RegisterRow,
    RowProblem,
    bounded_lines,
    matches,
    normal_issuer,
    normal_number,
    read_register,
)
from egnatia.engines.documents.types import Advice, Bearing, Severity

__all__ = [
    "CODES",
    "ISSUERS",
    "PASSPORT_CODES",
    "RULES",
    "Advice",
    "Bearing",
    "BlindChange",
    "BlindKind",
    "Change",
    "Code",
    "CodeKind",
    "DocumentType",
    "Field",
    "FieldReading",
    "Finding",
    "FindingCode",
    "Format",
    "GeneratedZone",
    "HolderName",
    "Inspection",
    "PartialDate",
    "RegisterRow",
    "Repair",
    "RowProblem",
    "Severity",
    "Sex",
    "Tolerated",
    "Verdict",
    "ZoneDocument",
    "ZoneFields",
    "blind_substitutions",
    "bounded_lines",
    "inspect",
    "inspect_document",
    "lookup",
    "matches",
    "name_components",
    "normal_issuer",
    "normal_number",
    "possible_repairs",
    "random_zone",
    "read_register",
    "read_zone",
    "transliterate",
    "write_zone",
]
