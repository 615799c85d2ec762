"""DNA: profiles without identities, the numbers by which partners know them, and what became of each comparison.

No table here has a name, and the two that tie a profile to a person or a case (`dna_link`) and to a partner's number
(`dna_number`) are apart from the one that holds it. Loci stand in sealed records only, each under a key of its own.
"""

from sqlalchemy import Boolean, Column, Date, Float, ForeignKey, Index, Integer, String, Table, Text

from egnatia.store.tables.base import Utc, metadata

dna_profile = Table(
    "dna_profile",
    metadata,
    Column("ref", String(40), primary_key=True),  # this node's own reference; never sent
    Column("kind", String(12), nullable=False),  # ProfileKind
    Column("category", String(20), nullable=False),  # ProfileCategory
    Column("kit", String(40), nullable=False),
    Column("accreditation", String(40), nullable=False),  # of the laboratory
    Column("legal_basis", String(60), nullable=False),
    Column("imported_at", Utc, nullable=False),
    Column("keep_until", Utc, nullable=False),
    Column("loci", Integer, nullable=False),  # how many are there in full; what they are is sealed
    Column("sample_state", String(14), nullable=False),  # SampleState
    Column("sample_destroyed_on", Date),
    Column("sealed_id", String(36), nullable=False),  # reference data: loci and amelogenin
    Index("ix_dna_profile_keep_until", "keep_until"),
)

dna_change = Table(
    "dna_change",
    metadata,
    # In which order profiles came and went, so that an index in memory is brought up to date and not built again.
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("ref", String(40), nullable=False),
    Column("gone", Boolean, nullable=False),
    Column("stamp", String(16), nullable=False),  # drawn at random: a change that was undone and another are two
)

dna_link = Table(
    "dna_link",
    metadata,
    # Whose a profile is, or of which scene: read by people who may, never beside the loci (requirement FOR-01).
    Column("ref", String(40), ForeignKey("dna_profile.ref", ondelete="CASCADE"), primary_key=True),
    Column("case_ref", String(60), nullable=False),
    Column("person_ref", String(60)),  # this node's own pseudonym of the person
    Column("record_ref", String(40)),  # person_record.ref, where this node keeps one
    Column("sealed_id", String(36)),  # of a trace: what is released of it, the four fields of step 2
    Index("ix_dna_link_case_ref", "case_ref"),
)

dna_number = Table(
    "dna_number",
    metadata,
    # Drawn at random, one for each profile, agreement and partner: two of them cannot be known to be of one profile.
    Column("number", String(40), primary_key=True),
    Column("agreement", String(60), nullable=False),
    Column("partner", String(3), nullable=False),
    Column("ref", String(40), nullable=False),
    Column("given_at", Utc, nullable=False),
    Index("uq_dna_number_of", "agreement", "partner", "ref", unique=True),
    Index("ix_dna_number_ref", "ref"),
)

dna_search = Table(
    "dna_search",
    metadata,
    # What an enquiry about a profile has besides: which profile of ours, by which number, by which rules.
    Column("enquiry_id", String(36), ForeignKey("enquiry.id"), primary_key=True),
    Column("ref", String(40), nullable=False),
    Column("kind", String(12), nullable=False),  # ProfileKind
    Column("batch_id", String(36)),
    Column("standing_id", String(36)),
    Index("ix_dna_search_ref", "ref"),
)

dna_candidate = Table(
    "dna_candidate",
    metadata,
    # What a candidate of DNA has besides: the evidence as numbers; label, statistics and both sides are sealed or derived.
    Column("candidate_id", String(36), ForeignKey("candidate.id"), primary_key=True),
    Column("ref", String(40), nullable=False),  # our profile
    Column("identified", Boolean, nullable=False),  # whether the partner's is of a person it knows
    Column("label", String(40), nullable=False),
    Column("near", Boolean, nullable=False),
    Column("compared", Integer, nullable=False),
    Column("full_loci", Integer, nullable=False),
    Column("wildcards", Integer, nullable=False),
    Column("micro_variants", Integer, nullable=False),
    Column("mismatched", Integer, nullable=False),
    Column("rules", String(90), nullable=False),  # id, version and digest
    Column("log10_match_probability", Float),  # the most cautious population's
    Column("expected", Float),  # coincidental candidates of this search
    Column("expected_agreement", Float),  # of the whole of both sides' profiles
    Column("disposition", String(16)),  # Disposition, once two examiners agree
    Column("disposed_at", Utc),
    Column("sealed_id", String(36), nullable=False),  # the partner's profile and the whole statement
    Index("ix_dna_candidate_ref", "ref"),
)

dna_opinion = Table(
    "dna_opinion",
    metadata,
    # One examiner's finding; a second examiner gives another without having seen the first (four eyes).
    Column("id", String(36), primary_key=True),
    Column("candidate_id", String(36), ForeignKey("candidate.id"), nullable=False, index=True),
    Column("round", Integer, nullable=False),  # from 1; a new one begins when two differ or more loci came
    Column("officer_id", String(40), nullable=False),
    Column("qualification", String(80), nullable=False),
    Column("disposition", String(16), nullable=False),  # Disposition
    Column("at", Utc, nullable=False),
    Column("sealed_id", String(36), nullable=False),  # the reasons
)

dna_upgrade = Table(
    "dna_upgrade",
    metadata,
    # A request that more loci be typed: the cheapest end of a coincidence.
    Column("id", String(36), primary_key=True),
    Column("direction", String(3), nullable=False),  # out: we asked; in: we were asked
    Column("partner", String(3), nullable=False),
    Column("enquiry_id", String(36), nullable=False, index=True),
    Column("candidate_id", String(36), ForeignKey("candidate.id")),  # of ours, when direction is out
    Column("number", String(40), nullable=False),  # the answering partner's
    Column("loci", Text, nullable=False),  # JSON list of the loci asked for
    Column("state", String(10), nullable=False),  # UpgradeState
    Column("asked_at", Utc, nullable=False),
    Column("answered_at", Utc),
    Column("officer_id", String(40)),
    Column("message_id", String(36)),
)

dna_mark = Table(
    "dna_mark",
    metadata,
    # An open trace of ours that a partner matched (Regulation (EU) 2024/982 art. 9(4)).
    Column("ref", String(40), primary_key=True),
    Column("partner", String(3), primary_key=True),
    Column("at", Utc, nullable=False),
)

dna_elimination = Table(
    "dna_elimination",
    metadata,
    # A trace that agrees with somebody who may have touched it, or with a victim: it does not leave while this is open.
    Column("id", String(36), primary_key=True),
    Column("ref", String(40), nullable=False, index=True),  # the trace
    Column("against", String(40), nullable=False),  # the profile it agrees with
    Column("how", String(40), nullable=False),  # label of the class, or `contributor`
    Column("log10_ratio", Float),  # of a contributor
    Column("found_at", Utc, nullable=False),
    Column("state", String(14), nullable=False),  # EliminationState
    Column("proposed_by", String(40)),
    Column("decided_by", String(40)),
    Column("decided_at", Utc),
    Column("sealed_id", String(36)),  # why, in the two people's words
)

dna_size = Table(
    "dna_size",
    metadata,
    # How many profiles a partner said that it searched, when it answered last; rounded, and about nobody.
    Column("partner", String(3), primary_key=True),
    Column("population", String(20), primary_key=True),  # SubjectKind
    Column("profiles", Integer, nullable=False),
    Column("said_at", Utc, nullable=False),
)

dna_screening = Table(
    "dna_screening",
    metadata,
    # Profiles that came in and against which not every stored trace was held yet; a trace that was typed again itself.
    Column("ref", String(40), primary_key=True),
    Column("after", String(40), nullable=False),  # the last trace that was held against it, in the order of references
)

dna_batch = Table(
    "dna_batch",
    metadata,
    # Many profiles asked at once: proposed by one person, approved by two others.
    Column("id", String(36), primary_key=True),
    Column("case_ref", String(60), nullable=False),
    Column("grant_id", String(60), nullable=False),
    Column("partner", String(3), nullable=False),
    Column("purpose", String(20), nullable=False),
    Column("offence", String(40), nullable=False),
    Column("state", String(14), nullable=False),  # BatchState
    Column("proposed_by", String(40), nullable=False),
    Column("proposed_at", Utc, nullable=False),
    Column("first_by", String(40)),
    Column("first_at", Utc),
    Column("second_by", String(40)),
    Column("second_at", Utc),
    Column("sealed_id", String(36), nullable=False),  # the justification, and why it was refused
)

dna_batch_item = Table(
    "dna_batch_item",
    metadata,
    Column("batch_id", String(36), ForeignKey("dna_batch.id"), primary_key=True),
    Column("ref", String(40), primary_key=True),
    Column("enquiry_id", String(36)),  # once it was asked
    Column("refusal", String(40)),  # why it was not
)

dna_standing = Table(
    "dna_standing",
    metadata,
    # Every new profile is compared under a grant that says so, from the order of two people until one ends it.
    Column("id", String(36), primary_key=True),
    Column("case_ref", String(60), nullable=False),
    Column("grant_id", String(60), nullable=False),
    Column("partner", String(3), nullable=False),
    Column("purpose", String(20), nullable=False),
    Column("offence", String(40), nullable=False),
    Column("opened_by", String(40), nullable=False),
    Column("opened_at", Utc, nullable=False),
    Column("approved_by", String(40)),
    Column("approved_at", Utc),  # nothing is asked before
    Column("ended_by", String(40)),
    Column("ended_at", Utc),
    Column("up_to", Integer, nullable=False),  # dna_change.seq that was looked at last
    Column("sealed_id", String(36), nullable=False),  # the justification
)
