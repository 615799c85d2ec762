"""Past one machine: the join of databases and the search for relatives on Apache Spark, over parts of the packed columns.

The same functions over the same columns: each task maps the directories (which every worker has to reach, on a shared file
system) and looks at one span of the larger side, so results are those of one machine. Needs the extra `spark` and Java 17.
One machine with one core joins 100,000 with ten million profiles in less than a minute (bench/dna/join.py): this is for
several national databases at once, and for nobody who has less.
"""

from egnatia.engines.dna.spark.kinship import Sought, relatives_on_spark
from egnatia.engines.dna.spark.pairs import join_on_spark

__all__ = ["Sought", "join_on_spark", "relatives_on_spark"]
