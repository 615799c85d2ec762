"""More loci: asked of a partner from a candidate's page, and asked of us, where an examiner answers."""

from enum import StrEnum
from typing import Any

from egnatia.console.catalogues import N_
from egnatia.console.drafts import member
from egnatia.console.paging import part_of
from egnatia.console.texts import reason_problem
from egnatia.console.visit import Html, Redirect, Reply, Visit
from egnatia.engines.dna.loci import BY_NAME, locus_name
from egnatia.enquiries.dna import dispositions, upgrades
from egnatia.enquiries.dna.governed import upgrade_view
from egnatia.enquiries.dna.upgrade_answers import answer_upgrade
from egnatia.enquiries.followups import IN, OUT
from egnatia.errors import NotFoundError
from egnatia.model.dna import UpgradeState
from egnatia.model.ids import CandidateId
from egnatia.model.officers import Action


class Said(StrEnum):
    """What a partner may be told."""

    SEND = "send"
    DECLINE = "decline"


ANSWERS: dict[Said, str] = {
    Said.SEND: N_("Send the profile as it is held here now."),
    Said.DECLINE: N_("Decline: nothing more can be typed."),
}
_UNKNOWN = N_("There is no locus %(name)s. Write names such as SE33, with spaces between them.")
_NONE = N_("Choose at least one locus.")
_TOO_MANY = N_("One request has %(most)s loci at most.")


def upgrade_list(visit: Visit) -> Reply:
    """Partners' requests, then ours; those that wait are first."""
    with visit.node.database.read() as tx:
        every = upgrades.upgrades(tx)
    data = {
        "asked_of_us": [each for each in every if each.direction == IN],
        "asked_by_us": [each for each in every if each.direction == OUT],
    }
    return Html("dna_upgrades.html", {name: part_of(rows, visit, name) for name, rows in data.items()}, data=data)


def upgrade_page(visit: Visit) -> Reply:
    """A partner's request, with what our profile has of it now; or one of ours, with where it stands."""
    return _page(visit, {})


def _page(visit: Visit, problems: dict[str, str]) -> Reply:
    with visit.node.database.read() as tx:
        found = upgrade_view(tx, visit.who, visit.parts["id"])
    waits = found.upgrade.direction == IN and found.upgrade.state is UpgradeState.WAITING
    values = {
        "found": found,
        "row": found.upgrade,
        "may_answer": waits and visit.who.may(Action.ANSWER_UPGRADE),
        "answers": ANSWERS if found.typed else {Said.DECLINE: ANSWERS[Said.DECLINE]},
        "typed": {name: visit.form.get(name) for name in ("answer", "why")},
        "problems": problems,
    }
    return Html("dna_upgrade.html", values, 422 if problems else 200, data=found)


def answer(visit: Visit) -> Reply:
    """Send the profile as it is now, or decline; what is missing is said beside the form."""
    said, why, upgrade_id = member(Said, visit.form.get("answer")), visit.form.get("why"), visit.parts["id"]
    wrong = {
        "answer": N_("Choose what the partner is told.") if said is None else None,
        "why": reason_problem(why),
    }
    problems = {name: visit.language.say(text) for name, text in wrong.items() if text is not None}
    if problems:
        return _page(visit, problems)
    node, word = visit.node, (said is Said.SEND, why)
    state = node.commit(lambda tx: answer_upgrade(tx, node.desk, visit.who, upgrade_id, word, visit.now))
    return Redirect(f"/dna/upgrades?done=upgrade-{state.value}")


def ask_page(visit: Visit) -> Reply:
    """The form that asks for more loci of a candidate's profile: those that only ours has are chosen beforehand."""
    return _form(visit, {})


def _form(visit: Visit, problems: dict[str, str]) -> Reply:
    candidate_id = CandidateId(visit.parts["id"])

    def look(tx: Any) -> dispositions.DnaView:
        return dispositions.view_dna_candidate(tx, visit.who, candidate_id, "", visit.now)

    found = visit.node.commit(look)
    if found.ours is None or found.kept is None:
        raise NotFoundError(
            "one of the two profiles was erased, so nothing is left to compare",
            hint="Go back to the list of candidates.",
        )
    lacking = [name for name in BY_NAME if name in {*found.ours.full_loci} - {*found.kept.theirs.full_loci}]
    values = {
        "row": found.row,
        "lacking": lacking,
        "chosen": visit.form.many("loci") if problems else lacking[: upgrades.MAX_LOCI],
        "typed": {name: visit.form.get(name) for name in ("more", "why")},
        "problems": problems,
    }
    return Html("dna_upgrade_form.html", values, 422 if problems else 200)


def ask(visit: Visit) -> Reply:
    """Send the request; the partner is told its own number and the loci, nothing else."""
    why, written = visit.form.get("why"), visit.form.get("more").replace(",", " ").split()
    loci = [*visit.form.many("loci"), *written]
    problems = {
        name: text for name, text in (("loci", _loci_problem(visit, loci)), ("why", _reason(visit, why))) if text
    }
    if problems:
        return _form(visit, problems)
    node, candidate_id, wanted = visit.node, CandidateId(visit.parts["id"]), (loci, why)
    node.commit(lambda tx: upgrades.ask_upgrade(tx, node.desk, visit.who, candidate_id, wanted, visit.now))
    return Redirect(f"/dna/candidates/{candidate_id}?done=upgrade-asked")


def _reason(visit: Visit, why: str) -> str | None:
    wrong = reason_problem(why)
    return None if wrong is None else visit.language.say(wrong)


def _loci_problem(visit: Visit, loci: list[str]) -> str | None:
    """What is wrong with the loci as they were chosen and written."""
    if not loci:
        return visit.language.say(_NONE)
    unknown = next((each for each in loci if locus_name(each) not in BY_NAME), None)
    if unknown is not None:
        return visit.language.say(_UNKNOWN, name=unknown[:20])
    if len({locus_name(each) for each in loci}) > upgrades.MAX_LOCI:
        return visit.language.say(_TOO_MANY, most=upgrades.MAX_LOCI)
    return None
