"""The real certificates and security objects kept outside the repository; tests that need them skip without them."""

from functools import lru_cache
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[5] / "shared" / "data" / "documents"
needs_real_data = pytest.mark.skipif(
    not FOLDER.is_dir(), reason=f"the real master lists and security objects are not there: {FOLDER}"
)
LISTS = (
    "master_lists/DE_ML_2024-08-07-07-38-24.ml",
    "master_lists/DE_ML_2026-05-28-08-28-45.ml",
    "master_lists/NL_ML_2026-07-22.ml",
)
SECURITY_OBJECTS = ("AT", "DE", "FI", "FR", "US")


@lru_cache
def real(path: str) -> bytes:
    return (FOLDER / path).read_bytes()
