"""What a person says of an inspected document, and what is offered to its holder; the machine has no field on either page."""

from egnatia.casework.borders import (
    Agreement,
    Heard,
    Prompt,
    judged,
    reading_of,
    reasons_of,
    say_verdict,
    screen_holder,
    screening_wanted,
    times_screened,
)
from egnatia.casework.intelligence import may_be_alerted
from egnatia.console.catalogues import N_
from egnatia.console.visit import Html, Redirect, Reply, Visit, in_words
from egnatia.errors import InputError
from egnatia.model.borders import Sign, VerdictClass
from egnatia.model.officers import Action

MARKS = {
    Agreement.NONE: "none",
    Agreement.SINGLE: "note",
    Agreement.CONFIRMED: "done",
    Agreement.DISPUTED: "late",
}


def verdict_page(visit: Visit) -> Reply:
    """What officers say of one document, with their reasons."""
    return _verdict_page(visit, {})


def give(visit: Visit) -> Reply:
    """Give a verdict; a second officer confirms or differs by giving their own."""
    inspection_id, kind = visit.parts["id"], visit.form.get("kind")
    if kind not in set(VerdictClass):
        return _verdict_page(visit, {"kind": visit.language.say(N_("Your verdict: choose one."))})
    why = visit.form.get("reasons")
    try:
        said, keys = VerdictClass(kind), visit.node.desk.keys
        visit.node.commit(lambda tx: say_verdict(tx, keys, visit.who, inspection_id, said, why, visit.now))
    except InputError as error:
        return _verdict_page(visit, {"reasons": in_words(error)})
    return Redirect(f"/documents/inspections/{inspection_id}/verdict?done=verdict")


def screening_page(visit: Visit) -> Reply:
    """The form for what an officer sees and hears of a document's holder."""
    return _screening_page(visit, None)


def screened(visit: Visit) -> Reply:
    """Seal what was seen and heard, and say at once what has to be offered: no address may carry it."""
    signs = frozenset(Sign(each) for each in visit.form.many("sign") if each in set(Sign))
    heard = Heard(
        signs, protection_asked=visit.form.get("protection") == "yes", is_child=visit.form.get("child") == "yes"
    )
    inspection_id = visit.parts["id"]
    return _screening_page(
        visit, visit.node.commit(lambda tx: screen_holder(tx, visit.who, inspection_id, heard, visit.now))
    )


def _screening_page(visit: Visit, offers: list[Prompt] | None) -> Reply:
    inspection_id = visit.parts["id"]
    with visit.node.database.read() as tx:
        values: dict[str, object] = {
            "inspection_id": inspection_id,
            "wanted": screening_wanted(tx, inspection_id),
            "times": times_screened(tx, inspection_id),
        }
    may_judge = visit.who.may(Action.GIVE_VERDICT)
    return Html("screening.html", values | {"signs": list(Sign), "offers": offers, "may_judge": may_judge})


def _verdict_page(visit: Visit, problems: dict[str, str]) -> Reply:
    inspection_id = visit.parts["id"]
    why = visit.node.commit(lambda tx: reasons_of(tx, visit.who, inspection_id, visit.now))
    with visit.node.database.read() as tx:
        stands = judged(tx, inspection_id)
        values = {
            "judged": stands,
            "wanted": screening_wanted(tx, inspection_id),
            "reading": reading_of(tx, inspection_id),
            "alertable": may_be_alerted(tx, visit.node.desk, inspection_id, visit.now),
        }
    more = {
        "why": why,
        "mark": MARKS[stands.agreement],
        "classes": list(VerdictClass),
        "typed": {name: visit.form.get(name) for name in ("kind", "reasons")},
        "problems": problems,
    }
    return Html("verdict.html", values | more, 422 if problems else 200, data=stands)
