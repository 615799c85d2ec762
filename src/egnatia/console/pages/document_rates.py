"""How often the machine's advice on documents was wrong, by type: for supervisors, with intervals and nothing too small."""

from datetime import date, timedelta

from egnatia.casework.borders.document_rates import document_rates
from egnatia.console.catalogues import N_
from egnatia.console.visit import Html, Reply, Visit, in_words
from egnatia.errors import InputError

_SHOWN = timedelta(days=365)
"""Days that are shown before anybody asks for others: verdicts are few."""
_NO_DATE = N_("Give a day as year, month and day, such as 2025-05-15.")


def rates_page(visit: Visit) -> Reply:
    """The rates of a year, or of the days that were asked for; the look is logged."""
    today = visit.now.date()
    typed = {
        "from": visit.query.get("from") or (today - _SHOWN).isoformat(),
        "to": visit.query.get("to") or today.isoformat(),
    }
    problems: dict[str, str] = {}
    days = {name: _day(visit, name, text, problems) for name, text in typed.items()}
    first, last = days["from"], days["to"]
    if first is None or last is None:
        return Html("document_rates.html", {"typed": typed, "problems": problems, "rates": []}, 422)
    try:
        found = visit.node.commit(lambda tx: document_rates(tx, visit.who, (first, last), visit.now))
    except InputError as error:
        return Html("document_rates.html", {"typed": typed, "problems": {"to": in_words(error)}, "rates": []}, 422)
    return Html("document_rates.html", {"typed": typed, "problems": {}, "rates": found}, data=found)


def _day(visit: Visit, name: str, text: str, problems: dict[str, str]) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        problems[name] = visit.language.say(_NO_DATE)
        return None
