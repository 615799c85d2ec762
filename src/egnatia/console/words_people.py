"""What the console calls the claims of a comparison of persons, its bands, what would settle it, and the parts of a network."""

from collections.abc import Mapping
from enum import StrEnum

from egnatia.console.catalogues import N_
from egnatia.engines.people import Band, Claim
from egnatia.engines.people.answer import Settling
from egnatia.engines.people.graph.types import NodeKind, Standing
from egnatia.engines.people.link.judgements import Verdict

_CLAIMS: dict[StrEnum, str] = {
    Claim.PRIOR: N_("Before anything was compared"),
    Claim.NAME_SAME: N_("The whole name is the same"),
    Claim.NAME_SIMILAR: N_("The whole name is similar"),
    Claim.NAME_PARTLY: N_("The whole name agrees in part"),
    Claim.NAME_DIFFERENT: N_("The whole name is another"),
    Claim.FAMILY_NAME_SAME: N_("The family name is the same"),
    Claim.FAMILY_NAME_SIMILAR: N_("The family name is similar"),
    Claim.FAMILY_NAME_PARTLY: N_("The family name agrees in part"),
    Claim.FAMILY_NAME_DIFFERENT: N_("The family name is another"),
    Claim.FIRST_NAME_SAME: N_("The first name is the same"),
    Claim.FIRST_NAME_SIMILAR: N_("The first name is similar"),
    Claim.FIRST_NAME_PARTLY: N_("The first name agrees in part"),
    Claim.FIRST_NAME_DIFFERENT: N_("The first name is another"),
    Claim.FATHER_NAME_SAME: N_("The father's name is the same"),
    Claim.FATHER_NAME_SIMILAR: N_("The father's name is similar"),
    Claim.FATHER_NAME_DIFFERENT: N_("The father's name is another"),
    Claim.MOTHER_NAME_SAME: N_("The mother's name is the same"),
    Claim.MOTHER_NAME_SIMILAR: N_("The mother's name is similar"),
    Claim.MOTHER_NAME_DIFFERENT: N_("The mother's name is another"),
    Claim.FATHER_IN_NAME: N_("The father's name stands among the other side's names"),
    Claim.NAMES_GO_TOGETHER: N_("These names often go together, so they say less than two that do not"),
    Claim.BIRTH_DATE_SAME: N_("The date of birth is the same"),
    Claim.BIRTH_DATE_TYPED: N_("The date of birth differs by a slip of the keyboard"),
    Claim.BIRTH_DATE_PARTLY: N_("The date of birth agrees in part"),
    Claim.BIRTH_DATE_SWAPPED: N_("Day and month of birth are exchanged"),
    Claim.BIRTH_DATE_PLACEHOLDER: N_("The year of birth is the same; one side knows no day"),
    Claim.BIRTH_DATE_DIFFERENT: N_("The date of birth is another"),
    Claim.IDENTIFIER_SAME: N_("A number is the same"),
    Claim.IDENTIFIER_ALIKE: N_("A number is the same but for letters and digits that look alike"),
    Claim.ADDRESS_SAME: N_("The address is the same"),
    Claim.RELATIVE_POSSIBLE: N_("It may be a relative: relatives share what agrees here"),
    Claim.OTHERS_ALIKE: N_("Other records are as like"),
}
_BANDS: dict[StrEnum, str] = {
    Band.STRONG: N_("strong: of 1,000 shown like this at most one is somebody else"),
    Band.POSSIBLE: N_("possible: of 20 shown like this at least one is the person"),
    Band.WEAK: N_("weak: probably somebody else"),
}
_VERDICTS: dict[StrEnum, str] = {
    Verdict.POSITIVE: N_("one person"),
    Verdict.NEGATIVE: N_("two persons"),
    Verdict.UNSURE: N_("cannot be told"),
}
_SETTLING: dict[StrEnum, str] = {
    Settling.NUMBER: N_("a document or personal number"),
    Settling.BIRTH_DATE: N_("the full date of birth"),
    Settling.FATHER_NAME: N_("the father's name"),
    Settling.MOTHER_NAME: N_("the mother's name"),
    Settling.BIOMETRICS: N_("fingerprints or a photograph"),
}
_KINDS: dict[StrEnum, str] = {
    NodeKind.PERSON: N_("person"),
    NodeKind.ORGANISATION: N_("organisation"),
    NodeKind.PHONE: N_("telephone"),
    NodeKind.ACCOUNT: N_("account"),
    NodeKind.VEHICLE: N_("vehicle"),
    NodeKind.DOCUMENT: N_("document"),
    NodeKind.PLACE: N_("place"),
}
_STANDINGS: dict[StrEnum, str] = {
    Standing.INVOLVED: N_("involved"),
    Standing.VICTIM: N_("victim"),
    Standing.CHILD: N_("child"),
    Standing.FAMILY: N_("family"),
    Standing.PROTECTION: N_("under protection"),
    Standing.UNSTATED: N_("no standing stated"),
}
PEOPLE_PHRASES: tuple[Mapping[StrEnum, str], ...] = (_CLAIMS, _BANDS, _SETTLING, _KINDS, _STANDINGS, _VERDICTS)
