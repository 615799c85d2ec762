"""The help page and the shortcuts' switch."""

from egnatia.console.visit import Html, Redirect, Reply, Visit


def help_page(visit: Visit) -> Reply:
    """What one can do here, the shortcuts, and their switch."""
    return Html("help.html", {"wants_keys": visit.keys})


def switch_keys(visit: Visit) -> Reply:
    """Turn keyboard shortcuts on or off (WCAG 2.2, success criterion 2.1.4)."""
    wanted = "on" if visit.form.get("keys") == "on" else "off"
    return Redirect(f"/help?done=keys-{wanted}", preferences={"keys": wanted})
