"""Other programs on the same simulated profiles in the same run: what they can do of a join, and how fast.

python -m bench.dna.peers --peer-python OTHER/bin/python [--persons 1000000] [--traces 1000]

DuckDB runs in the Python of an environment of its own (`pip install duckdb`), one thread, reading the same code files:

- exact: traces joined with persons on equal codes at the loci of DNA-17; finds full matches of complete profiles alone.
- one off: for one trace, persons with at most one locus that differs, a gap agreeing with anything, as plain SQL; it knows
  no wildcards, no micro-variants, no minimum of loci, and is asked of ten traces.

DNAtools, DNAprofiles and forrel need Rscript and their packages, SmartRank its archive and Java: where these are not
installed that is said, and nothing is claimed of them. Figures of earlier runs stand in docs/reference/dna.md.
"""

import argparse
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import numpy as np

from egnatia.engines.dna.columns import Columns
from egnatia.engines.dna.frequencies import shipped_populations
from egnatia.engines.dna.join import join
from egnatia.engines.dna.loci import LOCI, SETS
from egnatia.engines.dna.rule_file import shipped_rules
from egnatia.engines.dna.simulated_sets import Recipe, simulate

SEED = 417
DUCKDB = """
import sys, time
import duckdb, numpy
folder, rows = sys.argv[1], sys.argv[2].split(",")
database = duckdb.connect()
database.execute("SET threads = 1")
for name in ("persons", "traces"):
    codes = numpy.load(f"{folder}/{name}.npy")
    columns = {f"l{row}": codes[place] for place, row in enumerate(rows)}
    columns["id"] = numpy.arange(codes.shape[1])
    database.register("given", columns)
    database.execute(f"CREATE TABLE {name} AS SELECT * FROM given")
    database.unregister("given")
same = " AND ".join(f"t.l{row} = p.l{row} AND t.l{row} > 0" for row in rows)
began = time.process_time()
(found,) = database.execute(f"SELECT count(*) FROM traces t JOIN persons p ON {same}").fetchone()
print(f"DuckDB exact join  {time.process_time() - began:.2f} s of processor time, {found} pairs")
off = " + ".join(f"(t.l{row} > 0 AND p.l{row} > 0 AND t.l{row} <> p.l{row})::INT" for row in rows)
began = time.process_time()
(found,) = database.execute(
    f"SELECT count(*) FROM (SELECT * FROM traces LIMIT 10) t, persons p WHERE {off} <= 1"
).fetchone()
print(f"DuckDB one off     {(time.process_time() - began) / 10:.3f} s of processor time for each trace, {found} pairs")
"""


def prepared(columns: Columns, path: Path) -> None:
    """The codes of DNA-17 as a file that NumPy reads anywhere."""
    rows = [row for row, locus in enumerate(LOCI) if locus.name in SETS["dna-17"]]
    np.save(path, columns.codes[rows])


def others() -> None:
    """Say of each other peer whether it is here."""
    script = shutil.which("Rscript")
    for package in ("DNAtools", "DNAprofiles", "forrel"):
        if script is None:
            print(f"{package:<18} not run: no Rscript here")
            continue
        asked = [script, "-e", f"quit(status = !requireNamespace('{package}', quietly = TRUE))"]
        here = subprocess.run(asked, check=False, capture_output=True).returncode == 0
        print(f"{package:<18} {'installed, but not driven by this script' if here else 'not run: not installed'}")
    java = "Java is here, its archive is not" if shutil.which("java") else "no Java here"
    print(f"{'SmartRank':<18} not run: {java}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--persons", type=int, default=1_000_000)
    parser.add_argument("--traces", type=int, default=1_000)
    parser.add_argument("--peer-python", type=Path)
    chosen = parser.parse_args()
    populations = [each for each in shipped_populations() if each.name.startswith("NIST")]
    recipe = Recipe(chosen.persons, chosen.traces, kits={"dna-17": 1.0})
    made = simulate(recipe, populations, np.random.default_rng(SEED))
    began = time.process_time()
    found = sum(map(len, join(made.traces, made.persons, shipped_rules("prum-ess12"))))
    print(f"{chosen.traces:,} traces x {chosen.persons:,} persons, DNA-17")
    print(f"ours, by Prüm      {time.process_time() - began:.2f} s of processor time, {found} pairs")
    if chosen.peer_python is None:
        print("DuckDB             not run: --peer-python names no Python that has it")
    else:
        with tempfile.TemporaryDirectory() as folder:
            prepared(made.persons, Path(folder) / "persons.npy")
            prepared(made.traces, Path(folder) / "traces.npy")
            rows = ",".join(str(row) for row, locus in enumerate(LOCI) if locus.name in SETS["dna-17"])
            subprocess.run([str(chosen.peer_python), "-c", DUCKDB, folder, rows], check=True)
    others()


if __name__ == "__main__":
    main()
