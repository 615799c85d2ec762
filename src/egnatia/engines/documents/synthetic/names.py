"""Distinguished names in the spellings that issuers really use: other string types, other orders, other cases."""

from dataclasses import dataclass, replace

from egnatia.engines.documents.synthetic import der

_OIDS = {
    "country": "2.5.4.6",
    "organisation": "2.5.4.10",
    "unit": "2.5.4.11",
    "common": "2.5.4.3",
    "serial": "2.5.4.5",
    "locality": "2.5.4.7",
    "state": "2.5.4.8",
    "email": "1.2.840.113549.1.9.1",
}


@dataclass(frozen=True, slots=True)
class Name:
    """A distinguished name: attributes in order, and the string type of those that have a choice."""

    attributes: tuple[tuple[str, str], ...]
    string: int = der.UTF8
    country_string: int = der.PRINTABLE

    def encode(self) -> bytes:
        """The Name; country and serial number are PrintableString by rule (RFC 5280 appendix A.1)."""
        return der.sequence(*(self._relative(kind, value) for kind, value in self.attributes))

    def _relative(self, kind: str, value: str) -> bytes:
        by_rule = {"country": self.country_string, "serial": der.PRINTABLE, "email": der.IA5}
        return der.set_of([der.sequence(der.oid(_OIDS[kind]), der.text(value, by_rule.get(kind, self.string)))])

    def country(self) -> str:
        """The country as written."""
        return dict(self.attributes).get("country", "")

    def other_spelling(self) -> "Name":
        """The same name by RFC 5280's comparison and not by its bytes: another string type, other case and spaces."""
        swapped = der.PRINTABLE if self.string == der.UTF8 else der.UTF8
        spelt = tuple((kind, value if kind == "country" else f" {value.upper()} ") for kind, value in self.attributes)
        return replace(self, attributes=spelt, string=swapped)

    def other_string(self) -> "Name":
        """The same name in the other string type only."""
        return replace(self, string=der.PRINTABLE if self.string == der.UTF8 else der.UTF8)

    def reversed(self) -> "Name":
        """The same parts from last to first, as some directories and some security objects write them."""
        return replace(self, attributes=self.attributes[::-1])


def specimen(country: str, common: str, unit: str = "") -> Name:
    """The name of an invented authority, marked in its organisation."""
    middle = (("unit", unit),) if unit else ()
    return Name((("country", country), ("organisation", "SPECIMEN"), *middle, ("common", common)))
