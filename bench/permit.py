"""How many questions a second `permit` decides, on the demonstration register and on larger ones.

Prints decisions per second on one core. The design's policy-engine measurements (exchange.md 4.2) are the peers: a
plain table with reason codes 1,440,000/s, cedarpy with parsed policies 5,213/s at 100 agreements.

Run: `python bench/permit.py [seconds]`.
"""

import random
import sys
import time
from dataclasses import replace
from datetime import date
from pathlib import Path

import egnatia.scenario
from egnatia.agreements import Allow, Request, parse_register, permit
from egnatia.model.agreements import Register
from egnatia.model.ids import AgreementId, GrantId, PartnerCode
from egnatia.model.states import Offence, Purpose, SubjectKind

DEMO = parse_register((Path(egnatia.scenario.__path__[0]) / "agreements.toml").read_bytes())


def enlarged(times: int) -> Register:
    """The demo register beside `times` copies of it among other partners."""
    partners, agreements, grants = dict(DEMO.partners), dict(DEMO.agreements), list(DEMO.grants)
    for copy in range(times):
        names = {code: PartnerCode(f"{code[:1]}{chr(65 + copy // 26)}{chr(65 + copy % 26)}") for code in DEMO.partners}
        partners |= {names[code]: replace(each, code=names[code]) for code, each in DEMO.partners.items()}
        for old, each in DEMO.agreements.items():
            parties = tuple(replace(party, partner=names[party.partner]) for party in each.parties)
            made = AgreementId(f"{old}-{copy}")
            agreements[made] = replace(each, id=made, parties=parties)
        for grant in DEMO.grants:
            asker, answerer = names[grant.asker], names[grant.answerer]
            moved, id_ = AgreementId(f"{grant.agreement}-{copy}"), GrantId(f"{grant.id}-{copy}")
            grants.append(replace(grant, id=id_, agreement=moved, asker=asker, answerer=answerer))
    return Register(partners, agreements, tuple(grants), DEMO.declarations)


def questions(count: int) -> list[Request]:
    """Random questions between the five demo partners around the day of admission."""
    rng = random.Random(417)
    codes, subjects = list(DEMO.partners), list(SubjectKind)
    asked = []
    for _ in range(count):
        asker, answerer = rng.sample(codes, 2)
        day, offence = date(2025, 5, rng.randint(10, 20)), rng.choice(list(Offence))
        asked.append(Request(asker, answerer, rng.choice(subjects), rng.choice(list(Purpose)), offence, day))
    return asked


def measure(register: Register, asked: list[Request], seconds: float) -> tuple[float, float]:
    """Decisions per second, and the share that was allowed."""
    done, allowed, started = 0, 0, time.perf_counter()
    while time.perf_counter() - started < seconds:
        allowed += sum(isinstance(permit(register, request), Allow) for request in asked)
        done += len(asked)
    return done / (time.perf_counter() - started), allowed / done


def main() -> None:
    """Print one line per size of register."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 2.0
    asked = questions(2_000)
    for times in (0, 12, 120):
        register = enlarged(times)
        rate, share = measure(register, asked, seconds)
        print(
            f"{len(register.agreements):5,} agreements {len(register.grants):6,} grants: "
            f"{rate:10,.0f} decisions/s ({share:.0%} allowed)"
        )


if __name__ == "__main__":
    main()
