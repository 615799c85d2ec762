"""Membership: invitations, admissions, the signed lists, partners' standing on this node, exits and their obligations."""

from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, String, Table, Text

from egnatia.store.tables.base import Utc, metadata

membership_invitation = Table(
    "membership_invitation",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("direction", String(3), nullable=False),  # out: we invited; in: we were invited
    Column("partner", String(3), nullable=False),  # the other side
    Column("sha256", String(64), nullable=False),  # of the signed payload: what the candidacy is bound to
    Column("made_at", Utc, nullable=False),
    Column("expires_at", Utc, nullable=False),
    Column("used_at", Utc),
)

admission = Table(
    "admission",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("candidate", String(3), nullable=False, index=True),
    Column("card", LargeBinary, nullable=False),  # as compared by telephone
    Column("opened_at", Utc, nullable=False),
    Column("opened_by", String(40), nullable=False),
    Column("closed_at", Utc),  # when a list with the candidate came into force, or it was given up
)

admission_item = Table(
    "admission_item",
    metadata,
    Column("admission_id", String(36), ForeignKey("admission.id"), primary_key=True),
    Column("item", String(40), primary_key=True),
    Column("evidence", String(200), nullable=False),  # a reference or a SHA-256, never a text about a person
    Column("by", String(40), nullable=False),
    Column("at", Utc, nullable=False),
)

membership_list = Table(
    "membership_list",
    metadata,
    Column("sha256", String(64), primary_key=True),  # of the payload
    Column("version", Integer, nullable=False),
    Column("payload", LargeBinary, nullable=False),  # the bytes that every member signs
    Column("valid_until", Utc, nullable=False),
    Column("members", Text, nullable=False),  # comma-separated codes, sorted
    Column("state", String(12), nullable=False),  # proposed | in_force | past | overtaken
    Column("received_at", Utc, nullable=False),
    Column("proposer", String(3), nullable=False),
    Column("attachments", LargeBinary),  # a candidate's card and evidence, as the proposer sent them
    Column("adopted_at", Utc),
)

membership_signature = Table(
    "membership_signature",
    metadata,
    Column("list_sha256", String(64), ForeignKey("membership_list.sha256"), primary_key=True),
    Column("partner", String(3), primary_key=True),
    Column("signature", LargeBinary, nullable=False),
    Column("received_at", Utc, nullable=False),
)

membership_notice = Table(
    "membership_notice",
    metadata,
    Column("message_id", String(36), primary_key=True),
    Column("sender", String(3), nullable=False),
    Column("about", String(3), nullable=False),
    Column("standing", String(12), nullable=False),  # PartnerStatus, as the sender sees it
    Column("since", Utc, nullable=False),
    Column("received_at", Utc, nullable=False),
)

partner_standing = Table(
    "partner_standing",
    metadata,
    # This node's own word about a partner; the latest row counts. It can forbid and never allow.
    Column("sequence", Integer, primary_key=True, autoincrement=True),
    Column("partner", String(3), nullable=False, index=True),
    Column("status", String(12), nullable=False),  # PartnerStatus: candidate, suspended, withdrawn, member
    Column("since", Utc, nullable=False),
    Column("by", String(40), nullable=False),
)

partner_exit = Table(
    "partner_exit",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("partner", String(3), nullable=False, index=True),
    Column("since", Utc, nullable=False),
    Column("card", LargeBinary),  # the last card: old signatures verify by it, new messages do not
    Column("by", String(40), nullable=False),
)

exit_obligation = Table(
    "exit_obligation",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("exit_id", String(36), ForeignKey("partner_exit.id"), nullable=False, index=True),
    Column("direction", String(8), nullable=False),  # received: from the partner; supplied: to it
    Column("kind", String(20), nullable=False),
    Column("item", String(80), nullable=False),  # our reference of the item
    Column("due", Utc, nullable=False),
    Column("action", String(20)),  # ExitAction
    Column("basis", Text),  # why it may be kept, or under which reference it went back
    Column("done_at", Utc),
    Column("done_by", String(40)),
    Column("certificate", LargeBinary),  # signed by whoever erased, returned or keeps it
)

transfer_basis = Table(
    "transfer_basis",
    metadata,
    Column("sequence", Integer, primary_key=True, autoincrement=True),
    Column("partner", String(3), nullable=False, index=True),
    Column("basis", String(30), nullable=False),  # TransferBasis
    Column("justification", Text, nullable=False),
    Column("since", Utc, nullable=False),
    Column("by", String(40), nullable=False),
)
