"""What a report calls results, weights, sections, sources, advice, classes and fields."""

import re
from collections.abc import Mapping
from enum import StrEnum

from egnatia.engines.documents.catalogue import CATALOGUE
from egnatia.engines.documents.checks import Section
from egnatia.engines.documents.chip.types import Part
from egnatia.engines.documents.mrz.types import Field, Verdict
from egnatia.engines.documents.registers.findings import RegisterField
from egnatia.engines.documents.report.speaker import Speaker
from egnatia.engines.documents.report.words_findings import FINDING_TITLES
from egnatia.engines.documents.seals.findings import SealField
from egnatia.engines.documents.types import Advice, FalseClass, Result, Severity, Source, Weight
from egnatia.engines.documents.visual.types import VisualField
from egnatia.engines.documents.whole.findings import WholeField
from egnatia.languages import N_

RESULTS: dict[StrEnum, str] = {
    Result.SUCCESSFUL: N_("agrees"),
    Result.FAILED: N_("does not agree"),
    Result.UNDETERMINED: N_("cannot be decided"),
    Result.NOT_SUPPORTED: N_("not done"),
    Result.ABORTED: N_("broken off"),
}
WEIGHTS: dict[StrEnum, str] = {
    Weight.MANDATORY: N_("must be done"),
    Weight.OPTIONAL: N_("counts where it is done"),
    Weight.EVALUATORY: N_("noted, never counts"),
}
SECTIONS: dict[StrEnum, str] = {
    Section.OPTICAL: N_("The page"),
    Section.ELECTRONIC: N_("The chip"),
    Section.COMBINED: N_("One source against another"),
    Section.SEAL: N_("The seal"),
    Section.REGISTER: N_("Registers"),
}
SOURCES: dict[str, str] = {
    Source.ZONE: N_("machine-readable zone"),
    Source.VISUAL: N_("printed page"),
    Source.IMAGE: N_("picture"),
    Source.CHIP: N_("chip"),
    Source.SEAL: N_("seal"),
    Source.REGISTER: N_("register"),
    Source.TRUST: N_("trust store"),
    Source.RULE: N_("rule"),
}
ADVICE: dict[StrEnum, str] = {
    Advice.CONSISTENT: N_("Consistent: nothing that was checked contradicts itself"),
    Advice.DISCREPANCIES: N_("Discrepancies: something does not fit"),
    Advice.SUSPECTED_FALSE: N_("Suspected false: bring it to the second line"),
    Advice.CANNOT_TELL: N_("Cannot tell: what was presented does not allow a conclusion"),
}
CLASSES: dict[StrEnum, str] = {
    FalseClass.COUNTERFEIT: N_("a counterfeit"),
    FalseClass.FORGED: N_("a genuine document that was altered"),
    FalseClass.STOLEN_BLANK: N_("a stolen blank"),
    FalseClass.IMPOSTOR: N_("somebody else's document"),
    FalseClass.FRAUDULENTLY_OBTAINED: N_("a document obtained by deceit"),
    FalseClass.FANTASY: N_("a document of no state"),
    FalseClass.LOST_OR_STOLEN: N_("a genuine document that was lost, stolen or revoked"),
}
SEVERITIES: dict[StrEnum, str] = {
    Severity.INFO: N_("for information"),
    Severity.WARN: N_("attention"),
    Severity.SERIOUS: N_("serious"),
}
VERDICTS: dict[StrEnum, str] = {
    Verdict.VERIFIED: N_("check digit right"),
    Verdict.REFUTED: N_("check digit wrong"),
    Verdict.NOT_PRINTED: N_("no check digit here"),
    Verdict.UNDETERMINED: N_("cannot be calculated"),
}
ZONE_FIELDS: dict[StrEnum, str] = {
    Field.DOCUMENT_CODE: N_("Document code"),
    Field.ISSUER: N_("Issuing state"),
    Field.NAME: N_("Name"),
    Field.NUMBER: N_("Document number"),
    Field.NATIONALITY: N_("Nationality"),
    Field.BIRTH_DATE: N_("Date of birth"),
    Field.SEX: N_("Sex"),
    Field.EXPIRY_DATE: N_("Date of expiry"),
    Field.OPTIONAL: N_("Optional data"),
    Field.OPTIONAL_2: N_("Optional data, second part"),
    Field.COMPOSITE: N_("Composite check digit"),
    Field.ZONE: N_("Whole zone"),
}
FIELDS: dict[str, str] = {
    **{each.value: text for each, text in ZONE_FIELDS.items()},
    VisualField.PRIMARY: N_("Family names"),
    VisualField.SECONDARY: N_("First names"),
    VisualField.BIRTH_PLACE: N_("Place of birth"),
    VisualField.ISSUE_DATE: N_("Date of issue"),
    VisualField.PERSONAL_NUMBER: N_("Personal number"),
    Part.SIGNER: N_("document signer"),
    Part.AUTHORITY: N_("country signing authority"),
    Part.EVIDENCE: N_("recorded evidence"),
    Part.HOLDER: N_("holder"),
    SealField.HEADER: N_("header"),
    SealField.FEATURES: N_("content"),
    SealField.SIGNATURE: N_("signature"),
    SealField.SIGNER: N_("signer"),
    SealField.AUTHORITY: N_("authority"),
    SealField.DATES: N_("dates"),
    RegisterField.USE: N_("use"),
    WholeField.TEMPLATE: N_("template"),
}
FILE_FORMAT = N_("%(file)s is well formed")
FILE_SIGNED = N_("%(file)s is as it was signed")
_FORMAT = re.compile(r"(\S+) is well formed")
_SIGNED = re.compile(r"(\S+) is as it was signed")
PHRASES: tuple[Mapping[StrEnum, str], ...] = (
    RESULTS, WEIGHTS, SECTIONS, ADVICE, CLASSES, SEVERITIES, VERDICTS, FINDING_TITLES,
)  # fmt: skip


def check_title(code: StrEnum, speaks: Speaker) -> str:
    """What a check asks, in the language; the files of a chip keep their names."""
    title = CATALOGUE[code].title
    for pattern, message in ((_FORMAT, FILE_FORMAT), (_SIGNED, FILE_SIGNED)):
        found = pattern.fullmatch(title)
        if found is not None:
            return speaks.say(message, file=found[1])
    return speaks.say(title)


def finding_title(code: StrEnum, speaks: Speaker) -> str:
    """What was found, in a few words of the language."""
    return speaks.say(FINDING_TITLES.get(code, code.value.replace("_", " ").capitalize()))


def field_name(field: str, speaks: Speaker) -> str:
    """A field's name; a file of the chip is called the same everywhere."""
    known = FIELDS.get(field) or SOURCES.get(field)
    return speaks.say(known) if known else field.replace("_", " ")


def messages() -> frozenset[str]:
    """Every English text that a report may show from a closed list; reasons joined by semicolons one by one."""
    from egnatia.engines.documents.catalogue import FINDINGS
    from egnatia.engines.documents.report.words_pages import LABELS

    titles = {
        rule.title
        for rule in CATALOGUE.values()
        if not (_FORMAT.fullmatch(rule.title) or _SIGNED.fullmatch(rule.title))
    }
    reasons = {part for rule in FINDINGS.values() for part in rule.innocent.split("; ")}
    settles = {rule.settle for rule in FINDINGS.values()}
    lists = {text for each in PHRASES for text in each.values()} | {*FIELDS.values(), *SOURCES.values()}
    return frozenset({*titles, *reasons, *settles, *lists, *LABELS, FILE_FORMAT, FILE_SIGNED})
