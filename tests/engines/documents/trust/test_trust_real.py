"""What issuers really signed: the lists' own signatures, every certificate's key, and every security object's signature."""

import pytest
from tests.engines.documents.trust.real import LISTS, SECURITY_OBJECTS, needs_real_data, real

from egnatia.engines.documents.trust.cms import read_signed_data, verify_signer
from egnatia.engines.documents.trust.remarks import RemarkCode
from egnatia.engines.documents.trust.signed_data import ContentKind, FoundBy, SignedData

pytestmark = needs_real_data


def _data(path: str) -> SignedData:
    found = read_signed_data(real(path))
    assert isinstance(found, SignedData), found
    return found


@pytest.mark.parametrize("path", LISTS)
def test_the_lists_own_signatures_hold(path: str) -> None:
    found = _data(path)
    verdict = verify_signer(found)
    assert (found.kind, verdict.ok, verdict.found_by) == (ContentKind.MASTER_LIST, True, FoundBy.KEY_ID)
    assert found.remarks == verdict.remarks == ()


@pytest.mark.parametrize("country", SECURITY_OBJECTS)
def test_real_security_objects_hold(country: str) -> None:
    found = _data(f"sod/{country}_EF_SOD.bin")
    verdict = verify_signer(found)
    assert (found.kind, verdict.ok, verdict.found_by) == (ContentKind.SECURITY_OBJECT, True, FoundBy.ISSUER_AND_SERIAL)
    assert {remark.code for remark in verdict.remarks} <= {RemarkCode.TRUST_EXTRA_NULL}


def test_the_reference_object_on_a_curve_that_libraries_lack() -> None:
    verdict = verify_signer(_data("bsi2008/EF_SOD.bin"))
    assert verdict.ok
    assert verdict.certificate is not None
    assert not hasattr(verdict.certificate.key, "code")
    assert {remark.code for remark in verdict.remarks} >= {RemarkCode.TRUST_WEAK_HASH}


def test_the_specimen_of_2006_holds() -> None:
    assert verify_signer(_data("specimen_nl2006/ef011D.bin")).ok
