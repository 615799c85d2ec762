"""The page docs/reference/conformance.md, from the outcomes."""

from collections.abc import Sequence

from bench.documents.conformance.case import Basis, Verdict
from bench.documents.conformance.run import Outcome

_HEAD = """# Conformance of the chip inspection

<!-- generated: python -m bench.documents.conformance --write -->

BSI TR-03105 part 5.1 (version 1.5) is the test plan for inspection systems. Its units LDS_A to LDS_K describe 214 chips,
each manipulated in one place, and say whether an inspection system has to report success or failure. Egnatia's own
generator (`egnatia.engines.documents.synthetic`) makes every one of them, with its own authority, its own data and
pictures of nobody, and `inspect_chip` inspects it; a case is *right* when the check that has to say it says it and the
whole inspection ends the same way.

Run it: `python -m bench.documents.conformance`.

**{score} of {count} cases are right**; {deleted} of them are deleted in the test plan and ask for nothing, so that
{real} of {asked} that ask for something are right.

What the figures do not say:

- The plan is for readers with an antenna. What concerns commands to the chip (its units ISO7816) is not covered here.
- {titles} cases give only their title in version 1.5 and refer to ICAO's report "Radio Frequency and Protocol Testing
  part 4" (version 2.11 of March 2018). ICAO has published it, and so has BSI its own version 1.41 of 2016 that held
  these cases in full; of neither could more than the first pages be had here. Their content and expected verdict are
  our reading of the title by Doc 9303-10 and ISO/IEC 19794-5; they are marked *title* and prove no conformance.
- All 214 are made with our own generator. Chips whose certificates, signatures and revocation lists OpenSSL made, by RSA,
  RSA-PSS, elliptic curves and DSA in groups that OpenSSL searched for, are inspected in
  `tests/engines/documents/chip/test_chip_openssl.py`.
- Pictures of fingers in WSQ have the form of such a file and not its content: nothing here decodes them.
- The plan knows success and failure. Egnatia's five results and four advices say more; the advice is shown beside it.
  A certificate that breaks its profile fails its check and leaves the advice alone, because certificates of real
  issuers do so now and then.
"""
_COLUMNS = "| Case | What is manipulated | Has to | On | Basis | Ends | Advice | |\n| --- | --- | --- | --- | --- | --- | --- | --- |\n"
_UNITS = {
    "A": "EF.COM",
    "B": "DG1, the zone",
    "C": "DG2, the face",
    "D": "DG3, fingers",
    "E": "DG4, irises",
    "F": "DG14, keys and protocols",
    "G": "EF.CVCA",
    "H": "EF.SOD and the signer's certificate",
    "I": "DG15, the key of active authentication",
    "J": "EF.CardSecurity",
    "K": "EF.ATR/INFO",
}


def page(outcomes: Sequence[Outcome]) -> str:
    """The whole page."""
    real = [each for each in outcomes if each.case.verdict is not Verdict.DELETED]
    text = _HEAD.format(
        score=sum(each.right for each in outcomes),
        count=len(outcomes),
        deleted=len(outcomes) - len(real),
        real=sum(each.right for each in real),
        asked=len(real),
        titles=sum(each.case.basis is Basis.TITLE for each in real),
    )
    for unit, name in _UNITS.items():
        members = [each for each in outcomes if each.case.code[4] == unit]
        right = sum(each.right for each in members)
        text += f"\n## LDS_{unit}: {name} ({right} of {len(members)})\n\n{_COLUMNS}"
        text += "".join(map(_row, members))
    return text


def _row(each: Outcome) -> str:
    case = each.case
    if case.verdict is Verdict.DELETED:
        return f"| {case.code} | {case.text} | | | | | | |\n"
    wanted = "succeed" if case.verdict is Verdict.SUCCESSFUL else "fail"
    mark = "right" if each.right else "**not right**"
    ended = "no such check" if each.result is None else each.result.replace("_", " ")
    advice = each.advice.replace("_", " ")
    return f"| {case.code} | {case.text} | {wanted} | `{case.check}` | {case.basis} | {ended} | {advice} | {mark} |\n"
