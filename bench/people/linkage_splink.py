"""Splink on one file of records, for `bench.people.linkage`: run by a Python that has it, prints one line of JSON.

`python linkage_splink.py RECORDS.csv`, with the columns unique_id, person, side and any that this project links by. Settings are
those that its documentation recommends for persons: comparisons by Jaro-Winkler with term frequencies, dates by its own comparison,
blocking by pairs of columns, parameters learned by expectation and maximisation.
"""

import csv
import importlib
import json
import sys
import time
from pathlib import Path
from typing import Any

COLUMNS = (
    "first_names",
    "family_names",
    "father_name",
    "birth_date",
    "identifiers",
    "address",
    "residence",
    "postcode",
    "occupation",
)
RULES = (
    ("first_names", "family_names"),
    ("birth_date", "family_names"),
    ("birth_date", "first_names"),
    ("postcode", "family_names"),
    ("postcode", "birth_date"),
    ("residence", "birth_date"),
    ("family_names", "father_name", "first_names"),
    ("identifiers",),
    ("address", "birth_date"),
)


def settings(splink: Any, has: set[str], *, two: bool) -> Any:
    """What is compared, and by which blocks."""
    from_library = importlib.import_module("splink.comparison_library")
    names = [column for column in ("first_names", "family_names", "father_name") if column in has]
    texts = [column for column in ("identifiers", "address", "residence", "postcode", "occupation") if column in has]
    compared = [from_library.NameComparison(each).configure(term_frequency_adjustments=True) for each in names]
    if "birth_date" in has:
        compared.append(from_library.DateOfBirthComparison("birth_date", input_is_string=True))
    compared += [
        from_library.LevenshteinAtThresholds(each, [1, 2]).configure(term_frequency_adjustments=True) for each in texts
    ]
    return splink.SettingsCreator(
        link_type="link_only" if two else "dedupe_only",
        comparisons=compared,
        blocking_rules_to_generate_predictions=[splink.block_on(*rule) for rule in RULES if set(rule) <= has],
        retain_intermediate_calculation_columns=False,
    )


def figures(pairs: set[tuple[str, str]], truth: set[tuple[str, str]]) -> str:
    """Precision, recall and F1."""
    right = len(pairs & truth)
    precision, recall = right / max(1, len(pairs)), right / max(1, len(truth))
    return f"P {precision:.4f} R {recall:.4f} F1 {2 * precision * recall / max(1e-12, precision + recall):.4f}"


def members(rows: list[dict[str, str]], column: str, *, two: bool) -> set[tuple[str, str]]:
    """Every pair of records with one value of a column, across sides where there are two."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for row in rows:
        groups.setdefault(str(row[column]), []).append((str(row["unique_id"]), str(row["side"])))
    return {
        (min(one, other), max(one, other))
        for group in groups.values()
        for place, (one, side) in enumerate(group)
        for other, other_side in group[place + 1 :]
        if not two or side != other_side
    }


def main() -> None:
    """Link the file, and print what was found."""
    splink = importlib.import_module("splink")
    duckdb = importlib.import_module("duckdb")
    with Path(sys.argv[1]).open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    two = any(row["side"] == "1" for row in rows)
    has = {column for column in COLUMNS if column in rows[0] and any(row[column] for row in rows)}
    wanted = ", ".join(f"nullif({column}, '') as {column}" for column in sorted(has))
    read = f"from read_csv('{sys.argv[1]}', all_varchar=true, header=true)"
    connection = duckdb.connect()
    connection.execute(f"create table left_rows as select unique_id, {wanted} {read} where side = '0'")
    connection.execute(f"create table right_rows as select unique_id, {wanted} {read} where side = '1'")
    started = time.process_time()
    api = splink.DuckDBAPI(connection=connection)
    tables = ["left_rows", "right_rows"] if two else ["left_rows"]
    registered = [api.register(table) for table in tables] if hasattr(api, "register") else tables
    linker = splink.Linker(registered if two else registered[0], settings(splink, has, two=two))
    training = linker.training
    sure = [splink.block_on(*rule) for rule in RULES[:3] if set(rule) <= has]
    training.estimate_probability_two_random_records_match(sure, recall=0.7)
    training.estimate_u_using_random_sampling(max_pairs=1_000_000)
    training.estimate_parameters_using_expectation_maximisation(splink.block_on("birth_date"))
    training.estimate_parameters_using_expectation_maximisation(splink.block_on("first_names", "family_names"))
    predicted = linker.inference.predict(threshold_match_probability=0.5)
    said: dict[str, object] = {}
    truth = members(rows, "person", two=two)
    name = predicted.physical_name
    for least in (0.5, 0.9, 0.99):
        query = f"select unique_id_l, unique_id_r from {name} where match_probability >= {least}"  # noqa: S608 - its own table
        pairs = {(min(a, b), max(a, b)) for a, b in connection.execute(query).fetchall()}
        said[f"pairs from {least}"] = figures(pairs, truth)
        clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(predicted, least)
        found = connection.execute(f"select cluster_id, unique_id from {clusters.physical_name}").fetchall()  # noqa: S608
        side = {row["unique_id"]: row["side"] for row in rows}
        grouped = [{"cluster": str(c), "unique_id": str(u), "side": side[str(u)]} for c, u in found]
        said[f"groups from {least}"] = figures(members(grouped, "cluster", two=two), truth)
    said["processor time"] = f"{time.process_time() - started:.1f} s"
    status = Path("/proc/self/status")  # what the parent used would be counted by resource.getrusage
    peak = (
        next((line for line in status.read_text().splitlines() if line.startswith("VmHWM")), "")
        if status.exists()
        else ""
    )
    said["memory"] = f"{int(peak.split()[1]) / 1024:,.0f} MB" if peak else "not known"
    print(json.dumps(said))


if __name__ == "__main__":
    main()
