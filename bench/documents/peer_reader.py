"""Other readers of zones, run by another Python: `bench/documents/image.py --peer-python PATH` talks to this file.

Their licences and their dependencies keep them out of this project's own environment, so this file imports nothing of
ours and only what the standard library has, and each reader where it is asked for. One request is one line of JSON with
`reader` and `file`; one answer is one line with `lines` (what it took for the zone), `seconds`, and `error` where it
could not run at all.

    python -m venv /tmp/peers && /tmp/peers/bin/pip install passporteye fastmrz rapidocr onnxruntime mrz
    apt install tesseract-ocr        (and for fastmrz its own mrz.traineddata in TESSDATA_PREFIX, see its README)
"""

import importlib
import json
import logging
import sys
import time
from collections.abc import Callable
from typing import Any

Read = Callable[[str], list[str]]
LONG_LINE = 28
_SIGNS = set("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<")


def plain_rapidocr() -> Read:
    """Its whole pipeline as it comes; the last two or three long lines that could be lines of a zone."""
    package: Any = importlib.import_module("rapidocr")
    logging.disable(logging.CRITICAL)
    engine = package.RapidOCR(
        params={"Global.log_level": "critical", "EngineConfig.onnxruntime.intra_op_num_threads": 2}
    )

    def read(file: str) -> list[str]:
        texts = [text.replace(" ", "").upper() for text in getattr(engine(file), "txts", None) or ()]
        long = [text for text in texts if len(text) >= LONG_LINE and set(text) <= _SIGNS]
        three = len(long) > 2 and all(abs(len(text) - 30) <= 2 for text in long[-3:])
        return long[-3:] if three else long[-2:]

    return read


def passporteye() -> Read:
    """PassportEye (MIT) over tesseract."""
    package: Any = importlib.import_module("passporteye")

    def read(file: str) -> list[str]:
        found = package.read_mrz(file)
        return [] if found is None else str(found.aux.get("text", "")).split()

    return read


def fastmrz() -> Read:
    """The package fastmrz (AGPL-3): its own network finds the zone, tesseract with its own model reads it."""
    engine: Any = importlib.import_module("fastmrz").FastMRZ()

    def read(file: str) -> list[str]:
        return str(engine.get_details(file, ignore_parse=True) or "").split()

    return read


READERS: dict[str, Callable[[], Read]] = {
    "plain rapidocr": plain_rapidocr,
    "PassportEye": passporteye,
    "fastmrz": fastmrz,
}


def main() -> None:
    """Answer every request until there is no more."""
    made: dict[str, Read] = {}
    for request in map(json.loads, sys.stdin):
        name, answer = request["reader"], {"lines": [], "seconds": 0.0, "error": ""}
        try:
            if name not in made:
                made[name] = READERS[name]()
            start = time.perf_counter()
            answer["lines"] = made[name](request["file"])
            answer["seconds"] = time.perf_counter() - start
        except Exception as error:  # noqa: BLE001 - a peer may raise anything; that is part of what is measured
            answer["error"] = f"{type(error).__name__}: {error}"[:200]
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
