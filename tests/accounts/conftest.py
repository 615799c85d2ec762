"""A cheap hash, so that a test of logins is a test of logins."""

from datetime import datetime

import pytest

from egnatia.accounts import Hashing, create_officer
from egnatia.model.officers import Officer
from egnatia.model.states import Role
from egnatia.store.database import Database

CHEAP = Hashing(passes=1, memory_kib=8, lanes=1)
PASSWORD = "three unrelated words"


@pytest.fixture
def hashing() -> Hashing:
    return CHEAP


@pytest.fixture
def mira(database: Database, now: datetime) -> Officer:
    return database.run(lambda tx: create_officer(tx, "mira", {Role.ENQUIRER}, PASSWORD, "off-0", now, CHEAP))
