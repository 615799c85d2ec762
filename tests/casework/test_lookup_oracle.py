"""The tables of local lists beside slow readings of the same rows: documents number by number, persons tag by tag."""

import random
from datetime import date
from functools import partial
from itertools import product

from tests.federation.world import ALB, World

from egnatia.casework.borders.lookups import MAX_HITS, Traveller, look_up
from egnatia.engines.documents import RegisterRow
from egnatia.engines.documents.registers.register import matches
from egnatia.engines.people import PersonRow, judge, query_from_dict, record_from_dict, tags
from egnatia.enquiries.local_lists import ListFacts, import_list, list_key
from egnatia.model.borders import Direction, ListKind
from egnatia.model.states import RegisterCategory

HERE = ("DURRES-1", Direction.ENTRY)
FIRST = ("Arben", "Besnik", "Drita", "Ana", "Dragan", "Ljubica", "Shpresa", "Gjergj")
FAMILY = ("Hoxha", "Krasniqi", "Gashi", "Petrović", "Nikolovska", "Leka", "Đurić", "Çela")


def documents(rng: random.Random) -> list[RegisterRow]:
    """Single documents and ranges of three issuers whose numbers lie close together, so that near misses are many."""
    rows = []
    for number in range(60):
        first = rng.randrange(0, 2_000)
        ranged = rng.random() < 0.3
        last = first + rng.randrange(1, 40) if ranged else first
        category = RegisterCategory.STOLEN_BLANK if ranged else rng.choice(tuple(RegisterCategory))
        issuer, kind = rng.choice(("FRA", "ITA", "RKS")), rng.choice(("P", "ID"))
        head = rng.choice(("A", "B"))
        text = (f"{head}{first:05d}", f"{head}{last:05d}")
        rows.append(RegisterRow(number + 2, issuer, kind, *text, category, date(2025, 1, 1), f"REF-{number:04d}", ""))
    return rows


def people(rng: random.Random) -> list[PersonRow]:
    pairs = list(product(FIRST, FAMILY))
    rng.shuffle(pairs)
    return [
        PersonRow(
            number + 2,
            record_from_dict(
                {
                    "ref": f"W-{number:04d}",
                    "first_names": first,
                    "family_names": family,
                    "birth_date": f"{rng.randrange(1960, 2003)}-{rng.randrange(1, 13):02d}-{rng.randrange(1, 29):02d}",
                }
            ),
            {},
        )
        for number, (first, family) in enumerate(pairs[:40])
    ]


def test_documents_are_found_exactly_as_a_slow_reading_finds_them(world: World) -> None:
    rng = random.Random("documents")
    rows, node, officer = documents(rng), world.nodes[ALB], world.officer(ALB, "administrator")
    facts = ListFacts(ListKind.LOST_STOLEN, "Police", world.clock().date(), 2)
    world.do(ALB, lambda tx: import_list(tx, node.desk.keys, officer, facts, rows, world.clock()))
    enquirer = world.officer(ALB, "enquirer")
    asked = [
        (rng.choice(("FRA", "ITA", "RKS", "XKX")), rng.choice(("", "P", "I")), f"{rng.choice('AB')}{number:05d}")
        for number in rng.sample(range(2_050), 120)
    ]
    asked += [
        (row.issuer, rng.choice(("", row.document_type[:1])), each)
        for row in rows
        for each in (row.number, row.number_to)
    ]
    found_any = 0
    for issuer, kind, number in asked:
        who = Traveller(issuer, kind, number)
        found = world.do(
            ALB, partial(look_up, desk=node.desk, officer=enquirer, where=HERE, who=who, now=world.clock())
        )
        expected = sorted(
            row.reference for row in rows if matches(row, issuer, number) and row.document_type.startswith(kind)
        )
        assert sorted(hit.ref for each in found.answers for hit in each.hits) == expected[:MAX_HITS], (issuer, number)
        assert bool(found.suggested) is bool(expected)
        found_any += bool(expected)
    assert 20 < found_any < len(asked), "the test has both hits and none"


def test_persons_are_found_exactly_as_their_tags_say(world: World) -> None:
    rng = random.Random("people")
    rows, node, officer = people(rng), world.nodes[ALB], world.officer(ALB, "administrator")
    facts = ListFacts(ListKind.WANTED, "Police", world.clock().date(), 2)
    world.do(ALB, lambda tx: import_list(tx, node.desk.keys, officer, facts, rows, world.clock()))
    key, enquirer = list_key(node.desk.keys), world.officer(ALB, "enquirer")
    held = {row.record.ref: {one.value for one in tags(row.record, key)} for row in rows}
    hits = 0
    for row in rows[:20]:
        record = row.record
        values = {
            "first_names": record.first_names if rng.random() < 0.7 else rng.choice(FIRST),
            "family_names": record.family_names,
            "birth_date": str(record.birth_date) if rng.random() < 0.7 else "1999-09-09",
        }
        query = tags(query_from_dict(values), key)
        expected = {
            ref: match.quality
            for ref, own in held.items()
            if (match := judge(query, [one.value for one in query if one.value in own])) is not None
        }
        who = Traveller("", "", "", **values)
        found = world.do(
            ALB, partial(look_up, desk=node.desk, officer=enquirer, where=HERE, who=who, now=world.clock())
        )
        [answer] = found.answers
        assert {hit.ref: hit.quality for hit in answer.hits} == dict(
            sorted(expected.items(), key=lambda pair: (-pair[1], pair[0]))[:MAX_HITS]
        )
        assert [hit.quality for hit in answer.hits] == sorted((hit.quality for hit in answer.hits), reverse=True)
        hits += bool(answer.hits)
    assert hits >= 10
