"""The web console of one partner's node: server-rendered pages that work without scripts.

`app.py` puts it together, `routes.py` lists every page with the right it needs, `pages/` holds one module per task.
What a page shows and does comes from `enquiries`, `agreements`, `ledger`, `accounts` and `indicators`; nothing is
decided here. `docs/reference/console.md` describes every page.
"""

from egnatia.console.app import console_app
from egnatia.console.port import NodePort

__all__ = ["NodePort", "console_app"]
