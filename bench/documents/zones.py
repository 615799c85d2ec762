"""How fast our reader is and how many published zones it judges right, beside the package `mrz`.

Speed is zones per second of processor time on one core.

`mrz` (PyPI, GPL-3) is no dependency of this project. To compare, install it into a throw-away environment:

    python -m venv compare && compare/bin/pip install . mrz && compare/bin/python -m bench.documents.zones

Run: python -m bench.documents.zones
"""

import json
import random
import time
import tomllib
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from egnatia.engines.documents import Advice, Format, inspect, random_zone, read_zone

TESTS = Path(__file__).resolve().parents[2] / "tests" / "engines" / "documents"
TODAY = date(2026, 11, 22)
COUNT = 2_000
Judge = Callable[[str], bool]


def peer_judges() -> dict[Format, Judge] | None:
    """One yes-or-no judge per format from the package `mrz`, or None when it is not installed."""
    try:
        from importlib import import_module

        checkers = [import_module(f"mrz.checker.{name}") for name in ("td1", "td2", "td3", "mrva", "mrvb")]
    except ImportError:
        return None
    names = ("TD1CodeChecker", "TD2CodeChecker", "TD3CodeChecker", "MRVACodeChecker", "MRVBCodeChecker")
    formats = (Format.TD1, Format.TD2, Format.TD3, Format.MRV_A, Format.MRV_B)
    made = {}
    for kind, module, name in zip(formats, checkers, names, strict=True):
        made[kind] = _yes_or_no(getattr(module, name))
    return made


def _yes_or_no(checker: Callable[[str], object]) -> Judge:
    return lambda text: bool(checker(text))


def ours(text: str) -> bool:
    """Our yes or no: nothing found that bears on the advice."""
    return inspect(text, TODAY).advice is Advice.CONSISTENT


def speed(judge: Callable[[str], object], zones: list[str]) -> float:
    """Zones per second of processor time, the best of three rounds."""
    best = 0.0
    for _ in range(3):
        start = time.process_time()
        for zone in zones:
            judge(zone)
        best = max(best, len(zones) / (time.process_time() - start))
    return best


def reference() -> float:
    """Milliseconds of processor time for 300,000 additions: how fast this machine was while the rest was measured."""
    best = 1e9
    for _ in range(3):
        start, total = time.process_time(), 0
        for number in range(300_000):
            total += number % 7
        best = min(best, 1_000 * (time.process_time() - start))
    return best


def right(judge: Judge, zones: list[dict[str, Any]]) -> int:
    """How many specimens are judged as they must be: accepted when consistent, else not; an error is a no."""
    count = 0
    for zone in zones:
        try:
            accepted = judge(zone["text"])
        except Exception:  # noqa: BLE001 - a peer may raise anything; the count is what matters
            accepted = False
        count += accepted == (zone["advice"] == "consistent")
    return count


def zones_of_the_tests() -> list[dict[str, Any]]:
    """Every published zone that the tests judge, with the advice that it must get."""
    specimens = tomllib.loads((TESTS / "specimens.toml").read_text("utf-8"))["zone"]
    corpora = json.loads((TESTS / "corpora.json").read_text("utf-8"))["zones"]
    return [*specimens, *({**zone, "text": "\n".join(zone["lines"])} for zone in corpora)]


def main() -> None:
    """Print both figures for both readers."""
    specimens = zones_of_the_tests()
    kinds = {zone["text"]: read_zone(zone["text"]).format for zone in specimens}
    peer = peer_judges()
    rng = random.Random(9303)
    print(f"reference: 300,000 additions in {reference():.1f} ms")
    for kind in Format:
        zones = [random_zone(rng, kind, TODAY).text() for _ in range(COUNT)]
        line = f"{kind:<6} read {speed(read_zone, zones):>8,.0f}/s   inspect {speed(ours, zones):>8,.0f}/s"
        accepted = sum(map(ours, zones))
        line += f"   genuine accepted {accepted}/{COUNT}"
        if peer is not None:
            rate = speed(peer[kind], zones)
            line += f"   mrz {rate:>8,.0f}/s, accepted {sum(map(peer[kind], zones))}/{COUNT}"
        print(line)
    print(f"specimens judged right: ours {right(ours, specimens)}/{len(specimens)}")
    if peer is None:
        print("The package mrz is not installed, so there is no comparison; see the top of this file.")
    else:
        print(f"specimens judged right: mrz {right(lambda text: peer[kinds[text]](text), specimens)}/{len(specimens)}")


if __name__ == "__main__":
    main()
