"""Every act of an officer is refused to each role that may not, and nothing is written but that somebody signed in.

The table is written by hand from what the task force agreed on (docs/reference/states.md): it does not read the program's own.
A command that takes an officer and is missing here fails, so that nobody adds one without saying who may.
"""

import json

import pytest
from sqlalchemy import func, select
from tests.cli.commands import Leaf, Typist, leaves
from tests.cli.terminal import DOCUMENT, Terminal, told
from tests.federation.world import ALB, WHY, XKX

from egnatia.agreements.handling import Circumstances, Marking, plain, read_marking
from egnatia.scenario.case import CASE_REF, PASSPORT
from egnatia.scenario.task_force import agreements
from egnatia.store.database import Transaction
from egnatia.store.tables import ledger_entry, metadata

__all__ = ["told"]

POSTS = {
    "E": "enquirer",
    "X": "examiner",
    "A": "approver-1",
    "S": "supervisor",
    "U": "auditor",
    "M": "administrator",
}
"""A letter for each role."""
ALLOWED = {
    "AS": """
        correction approve
        dna batch approve
        dna batch refuse
        dna standing approve
        dna standing end
        followup pause
        followup refuse
        followup resume
        release approve
        release forward
        release grant-consent
        release propose
        release propose-consent
        release refuse-consent
        release send-back
    """,
    "EXAS": """
        correction contest
        enquiry open
        followup show
        hit show
        release show
        release show-forwarded
    """,
    "EXS": """
        crossing criteria
        crossing custody
        crossing draw
        crossing inform
        crossing inspect
        crossing offer
        crossing pass
        crossing protect
        crossing refer
        crossing screen
        crossing screen-holder
        device test
        document report
        enquiry blind
        enquiry send
        enquiry standing end
        enquiry standing list
        followup send
        forgery list
        forgery show
        lookup check
        outcome record
        person search
        release ask-consent
        series list
        series show
    """,
    "EXSUM": """
        trust inbox
        trust sent
        trust show
    """,
    "M": """
        account create
        account disable
        account list
        account password
        account roles
        agreement import
        blind fetch
        blind import
        blind publish
        crossing place
        device add
        device retire
        dna retype
        dna store
        lookup erase
        lookup import
        partner add
        partner admit
        partner consider
        partner evidence
        partner invite
        partner join
        partner remind
        partner renew
        partner revoke-keys
        partner rotate-keys
        partner take
        person import
        register import
        register withdraw
    """,
    "S": """
        alert close
        alert list
        claim close
        claim list
        claim record
        correction clear
        correction send
        crossing error-rates
        crossing pack disable
        crossing pack enable
        crossing pack figures
        crossing pack import
        crossing rates
        crossing relax
        crossing restore
        dna erase
        dna link
        dna sample destroyed
        enquiry standing review
        hit review draw
        hit review figures
        ledger believe
        node keep
        partner settle
        partner sign
        partner transfer-basis
        person erase
        person protect
        release relabel
    """,
    "SM": """
        partner reinstate
        partner suspend
        partner withdraw
    """,
    "SU": """
        blind audit
        blind open
        ledger export
        ledger sample
        ledger show
    """,
    "SUM": """
        partner transfers
    """,
    "X": """
        dna opinion
        dna upgrade answer
        dna upgrade ask
        hit confirm
        hit inconclusive
        hit reject
        hit review give
        hit review list
        hit review show
    """,
    "XAS": """
        dna batch show
        dna standing show
    """,
    "XS": """
        correction act
        crossing close
        crossing list
        crossing show
        crossing verdict
        crossing verdicts
        dna ask
        dna batch propose
        dna candidates
        dna elimination find
        dna elimination list
        dna marks
        dna profiles
        dna series
        dna show
        dna standing open
        forgery change
        forgery confirm
        forgery issue
        forgery reported
        forgery withdraw
        person judge
        person link
        person undo
        release evidence
        trust accept
        trust import
        trust refuse
        trust share
    """,
}
"""Who may, by the letters of `POSTS`: the commands under them, one to a line."""
OF_SIGNING_IN = {"ledger_entry", "ledger_node", "login_session", "officer", "sealed_record", "outbox"}
NONE = "00000000-0000-4000-8000-000000000000"
SELF = {"account password": "alb-approver-2"}
"""Everybody may give the own account a new password: these are typed about somebody else's."""
MORE: dict[str, tuple[str, ...]] = {
    "account create": ("--new-password-file", "{password}"),
    "account password": ("--new-password-file", "{password}"),
    "claim record": ("--first", "Arben"),
    "crossing inspect": ("--zone", PASSPORT),
    "document report": ("--inspection", NONE),
    "enquiry blind": ("--issuer", "RKS", "--number", "P0041763", "--document-type", "P"),
    "enquiry send": DOCUMENT[4:],
    "enquiry standing end": ("--case", CASE_REF),
    "partner evidence": ("--item", "dpia", "DPIA-2025-07"),
    "partner rotate-keys": ("--tls",),
    "person search": ("--family", "Krasniqi", "--born", "1994-03-18"),
    "release ask-consent": ("--to", "GBR"),
}
"""What makes a command line whole, where the program looks at that before it asks who is there."""
FILES = {
    "agreement import": "register.toml",
    "blind import": "numbers.csv",
    "lookup import": "documents.csv",
    "partner add": "card.json",
    "person import": "list.csv",
    "register import": "documents.csv",
    "release relabel": "label.json",
    "trust import": "list.csv",
}
"""Files that are what they have to be: a wrong role is refused whatever it brings."""


@pytest.fixture(scope="module")
def typist(told: Terminal, tmp_path_factory: pytest.TempPathFactory) -> Typist:
    files = tmp_path_factory.mktemp("files")
    label = read_marking(Marking("europol", ("H1", "H2")), Circumstances(ALB, frozenset({ALB, XKX})))
    texts = {
        "list.csv": "ref,first_names,family_names,birth_date\nP-1,Arben,Krasniqi,1994-03-18\n",
        "numbers.csv": "reference,identifier\nXKX-T-1,+383 44 123 456\n",
        "documents.csv": "issuer,document_type,number,category,reported_on,reference\nALB,P,BA1,stolen,2025-01-02,A-1\n",
        "password": "four entirely new words",
        "register.toml": agreements().decode(),
        "label.json": json.dumps(plain(label) | {"purposes": ["border_check"]}),
        "card.json": (told.world.directory / "MNE" / "card.json").read_text(),
    }
    for name, text in texts.items():
        (files / name).write_text(text)
    known = {"candidate_id": told.hit, "enquiry_id": told.enquiry, "follow_up_id": told.follow_up}
    return Typist(files, known | {"release_id": told.release, "text": WHY, "source": "alb-exit"})


ROLES_OF = {name.strip(): roles for roles, names in ALLOWED.items() for name in names.strip().splitlines()}
ACTING = [each for each in leaves() if each.acts and each.name != "partner conformance"]
BY_NAME = {each.name: each for each in ACTING}


def line_of(typist: Typist, leaf: Leaf) -> list[str]:
    """A whole command line, as the right officer would type it."""
    more = [word.format(password=typist.files / "password") for word in MORE.get(leaf.name, ())]
    named = {each.opts[-1] for each in leaf.given()} & set(more)
    line = typist.line(leaf)
    cut = line.index("--")
    options, arguments = line[:cut], line[cut + 1 :]
    for option in named & set(options):
        at = options.index(option)
        del options[at : at + 2]
    if leaf.name in FILES:
        named_file, given = str(typist.files / FILES[leaf.name]), (str(typist.files / "list.csv"), "no-picture")
        options = [named_file if each.endswith(given) else each for each in options]
        arguments = [named_file if each.endswith(given) else each for each in arguments]
        if named_file not in options + arguments:
            arguments.append(named_file)
    if leaf.name in SELF:
        arguments = [SELF[leaf.name]]
    return [*options, *more, "--", *arguments]


def sizes(told: Terminal) -> dict[str, int]:
    """How many rows every table of the node has, without those in which a sign-in stands."""

    def count(tx: Transaction) -> dict[str, int]:
        tables = [each for each in metadata.sorted_tables if each.name not in OF_SIGNING_IN]
        return {each.name: tx.execute(select(func.count()).select_from(each)).scalar_one() for each in tables}

    return told.world.look(ALB, count)


def kinds_since(told: Terminal, number: int) -> list[str]:
    query = select(ledger_entry.c.kind).where(ledger_entry.c.sequence >= number).order_by(ledger_entry.c.sequence)
    return told.world.look(ALB, lambda tx: list(tx.execute(query).scalars()))


def length(told: Terminal) -> int:
    return told.world.look(ALB, lambda tx: int(tx.execute(select(func.count()).select_from(ledger_entry)).scalar_one()))


def test_the_table_has_every_command_that_somebody_signs_in_for() -> None:
    assert set(ROLES_OF) == set(BY_NAME), sorted(set(ROLES_OF) ^ set(BY_NAME))
    assert sum(len(names.strip().splitlines()) for names in ALLOWED.values()) == len(ROLES_OF), "a command stands twice"


@pytest.mark.parametrize("name", sorted(BY_NAME), ids=lambda name: str(name).replace(" ", "_"))
def test_a_wrong_role_is_refused_and_nothing_is_written(told: Terminal, typist: Typist, name: str) -> None:
    """With a line in which nothing else is wrong, as far as a role that may has not acted before."""
    line = line_of(typist, BY_NAME[name])
    before, at = sizes(told), length(told)
    wrong = [post for letter, post in POSTS.items() if letter not in ROLES_OF[name]]
    for post in wrong:
        result = told.run(ALB, *line, post=post, typed="")
        assert result.exit_code == 8, f"{post}: {result.output}"
        assert result.stdout == ""
        assert "FORBIDDEN" in result.stderr
        assert "→" in result.stderr
    assert kinds_since(told, at) == ["login.succeeded"] * len(wrong)
    assert sizes(told) == before


@pytest.mark.parametrize("name", sorted(BY_NAME), ids=lambda name: str(name).replace(" ", "_"))
def test_a_wrong_password_is_refused_whatever_the_role(told: Terminal, typist: Typist, name: str) -> None:
    """No command says anything of what it would have done; an account pauses after some, so each asks as nobody."""
    result = told.run(ALB, *line_of(typist, BY_NAME[name]), post="nobody", password="some other words", typed="")
    assert (result.exit_code, result.stdout) in {(8, ""), (2, "")}, result.output
    if result.exit_code == 8:
        assert "NOT_AUTHENTICATED" in result.stderr


def test_who_may_is_let_in(told: Terminal, typist: Typist) -> None:
    """The other half: the lines above are not refused because of something else."""
    let_in = 0
    for name in (
        "alert list",
        "crossing draw",
        "dna profiles",
        "forgery list",
        "hit show",
        "ledger show",
        "trust inbox",
    ):
        for letter in ROLES_OF[name]:
            result = told.run(ALB, *line_of(typist, BY_NAME[name]), post=POSTS[letter], typed="")
            assert result.exit_code in {0, 1}, f"{name} as {POSTS[letter]}: {result.output}"
            let_in += 1
    assert let_in == 20
