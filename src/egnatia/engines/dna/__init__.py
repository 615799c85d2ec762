"""DNA: whether two STR profiles may be of one person, and how often chance alone would say so.

`search` looks for one profile in packed columns under the rules of an agreement; `RuleSet.compare` is the reference that
it is held to. Method: each locus is compared allele by allele (Council Decision 2008/616/JHA) or by stringency (CODIS), the
evidence is kept and the label derived from it; match probabilities by Balding and Nichols (NRC 1996, 4.10), expected
coincidences by the product over loci; kinship for missing persons by the
usual coefficients; mixtures by the semi-continuous model. `join` compares whole databases. Limits: heights are not read. No result is a
decision, and no population is anybody's property: statistics are given for all of them. Reference: docs/reference/dna.md.
"""

from egnatia.engines.dna.coincidence import Expectation, of_databases, of_search
from egnatia.engines.dna.columns import Columns, Packer, load, pack, save
from egnatia.engines.dna.duplicates import Group, duplicates
from egnatia.engines.dna.frequencies import Population, read_frequency_file, shipped_populations
from egnatia.engines.dna.increment import Increment, increment
from egnatia.engines.dna.join import join
from egnatia.engines.dna.kinship import Kinship, Model, Relation, kinship
from egnatia.engines.dna.kinship_search import Relative, relatives
from egnatia.engines.dna.normalise import Normalised, profile_of
from egnatia.engines.dna.pairs import Pairs
from egnatia.engines.dna.probability import MatchProbability, match_probability
from egnatia.engines.dna.rule_file import read_rules, shipped, shipped_rules
from egnatia.engines.dna.rules import MatchClass, RuleSet
from egnatia.engines.dna.search import Candidate, search
from egnatia.engines.dna.statement import Figures, HitStatement, Sizes, statement
from egnatia.engines.dna.types import Agreement, Evidence, Kind, LocusEvidence, Profile, Stringency

__all__ = [
    "Agreement",
    "Candidate",
    "Columns",
    "Evidence",
    "Expectation",
    "Figures",
    "Group",
    "HitStatement",
    "Increment",
    "Kind",
    "Kinship",
    "LocusEvidence",
    "MatchClass",
    "MatchProbability",
    "Model",
    "Normalised",
    "Packer",
    "Pairs",
    "Population",
    "Profile",
    "Relation",
    "Relative",
    "RuleSet",
    "Sizes",
    "Stringency",
    "duplicates",
    "increment",
    "join",
    "kinship",
    "load",
    "match_probability",
    "of_databases",
    "of_search",
    "pack",
    "profile_of",
    "read_frequency_file",
    "read_rules",
    "relatives",
    "save",
    "search",
    "shipped",
    "shipped_populations",
    "shipped_rules",
    "statement",
]
