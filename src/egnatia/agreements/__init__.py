"""Who may ask whom what: partners, agreements, grants and the one decision that everything hangs on.

`permit` is a pure function of a register and a request. It allows nothing by itself: every allow names the grant that
says so and every refusal has exactly one reason (`docs/reference/refusals.md`). The register is a TOML file that a
person can read and sign off; it is imported whole, checked whole, and kept in every version.

Next: `decision.py` (permit), `force.py` (what is in force on a day), `parse.py` and `checks.py` (the file),
`stored.py` (versions in the database), `matrix.py` (the table people look at).
"""

from egnatia.agreements.decision import Allow, Refusal, Request, permit
from egnatia.agreements.matrix import Declined, Ending, MatrixRow, declined, ending, matrix
from egnatia.agreements.parse import parse_register
from egnatia.agreements.stored import (
    RegisterVersion,
    import_register,
    load_register,
    register_to_act_by,
    versions,
)

__all__ = [
    "Allow",
    "Declined",
    "Ending",
    "MatrixRow",
    "Refusal",
    "RegisterVersion",
    "Request",
    "declined",
    "ending",
    "import_register",
    "load_register",
    "matrix",
    "parse_register",
    "permit",
    "register_to_act_by",
    "versions",
]
