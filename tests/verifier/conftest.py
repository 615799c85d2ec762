"""The standalone verifier as a module, and genuine bundles for it."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest
from tests.verifier.tampering import Sample, samples

VERIFIER = Path(__file__).parents[2] / "verifier" / "egnatia_verify.py"


def load() -> ModuleType:
    """The file as a module, by its path: it is part of no package."""
    spec = importlib.util.spec_from_file_location("egnatia_verify", VERIFIER)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def verifier() -> ModuleType:
    return load()


@pytest.fixture(scope="session")
def genuine(tmp_path_factory: pytest.TempPathFactory) -> list[Sample]:
    return samples(tmp_path_factory.mktemp("bundles"), 8)
