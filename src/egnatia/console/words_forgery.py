"""What the console calls the kinds of features of a template, and why an alert is taken back."""

from collections.abc import Mapping
from enum import StrEnum

from egnatia.console.catalogues import N_
from egnatia.engines.documents.series.types import FeatureKind
from egnatia.model.borders import VerdictClass
from egnatia.model.forgery import AlertWithdrawal

_KINDS: dict[StrEnum, str] = {
    FeatureKind.ISSUER: N_("In whose name"),
    FeatureKind.DOCUMENT_KIND: N_("Kind of document"),
    FeatureKind.FALSITY: N_("How it is false"),
    FeatureKind.SUBSTRATE: N_("Material"),
    FeatureKind.PRINT: N_("Print"),
    FeatureKind.PERSONALISATION: N_("How the data were put in"),
    FeatureKind.FONT_FAULT: N_("Fault of a font"),
    FeatureKind.LAYOUT_FAULT: N_("Fault of the layout"),
    FeatureKind.WORDING_FAULT: N_("Fault of the wording"),
    FeatureKind.SECURITY_FAULT: N_("Fault of a security feature"),
    FeatureKind.WRONG_CODE: N_("Code that nobody has"),
    FeatureKind.ZONE_FAULT: N_("Fault of the zone"),
    FeatureKind.CHIP_FAULT: N_("Fault of the chip"),
    FeatureKind.SEAL_FAULT: N_("Fault of the seal"),
    FeatureKind.NUMBER_SHAPE: N_("Shape of the number"),
    FeatureKind.DETAIL: N_("Printed detail"),
}
_WITHDRAWALS: dict[StrEnum, str] = {
    AlertWithdrawal.GENUINE: N_("The document or the feature is genuine"),
    AlertWithdrawal.MISTAKEN: N_("The features were noted wrongly"),
    AlertWithdrawal.SUPERSEDED: N_("Another alert says it better"),
    AlertWithdrawal.NOT_NEEDED: N_("The alert is not needed any more"),
}
_VERDICTS: dict[StrEnum, str] = {
    VerdictClass.COUNTERFEIT: N_("Counterfeit document"),
    VerdictClass.FORGED: N_("Altered document"),
    VerdictClass.STOLEN_BLANK: N_("Stolen blank, filled in"),
    VerdictClass.FANTASY: N_("Document of no issuer"),
}
FORGERY_PHRASES: tuple[Mapping[StrEnum, str], ...] = (_KINDS, _WITHDRAWALS, _VERDICTS)
