"""What a node counts, in OpenMetrics 1.0: gauges read from its tables at each scrape, counters of this process.

Partner codes and route paths are the only labels. No officer, case, person or message is ever one: a metric is copied to
machines that nobody of this node controls.
"""

from collections.abc import Callable, Iterator

from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.openmetrics.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector

from egnatia import __version__
from egnatia.node import Node
from egnatia.operations.health import problems
from egnatia.operations.signs import LedgerSigns, Signs, read_signs

_written: Callable[[CollectorRegistry], bytes] = generate_latest
CONTENT_TYPE = CONTENT_TYPE_LATEST
"""`application/openmetrics-text` with its version and character set."""


class NodeCollector(Collector):
    """Reads the node's signs when it is asked, so that a figure is never older than its scrape."""

    def __init__(self, node: Node) -> None:
        self._node = node

    def collect(self) -> Iterator[Metric]:
        """Every gauge, from one look."""
        signs = read_signs(self._node)
        yield InfoMetricFamily("egnatia_node", "Which node this is.", {"code": self._node.code, "version": __version__})
        yield from _machine(signs)
        yield from _partners(signs)
        if signs.membership_ends is not None:
            ends = signs.membership_ends.timestamp()
            yield _gauge("membership_list_end_timestamp_seconds", "When the membership list in force ends.", ends)
        if signs.ledger is not None:
            yield from _ledger(signs.ledger)


def render(registry: CollectorRegistry) -> bytes:
    """The page that a scraper reads."""
    return _written(registry)


def _gauge(name: str, text: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"egnatia_{name}", text, value=value)


def _machine(signs: Signs) -> Iterator[Metric]:
    yield _gauge("database_up", "1 when the database answers.", 0 if signs.database else 1)
    yield _gauge("disk_free_bytes", "Free space on the node's disk.", signs.free_bytes)
    yield _gauge("certificate_end_timestamp_seconds", "When the certificate ends.", signs.certificate_ends.timestamp())
    yield _gauge("problems", "Things that are not as they should be.", len(problems(signs)))
    yield _gauge("open_alerts", "Patterns of questions that no supervisor has closed.", signs.open_alerts)


def _partners(signs: Signs) -> Iterator[Metric]:
    queued = GaugeMetricFamily("egnatia_outbox_messages", "Messages that wait for an answer.", labels=["partner"])
    oldest = GaugeMetricFamily(
        "egnatia_outbox_oldest_seconds", "Age of the oldest message that waits.", labels=["partner"]
    )
    answered = GaugeMetricFamily(
        "egnatia_partner_answer_timestamp_seconds", "When the partner last answered anything.", labels=["partner"]
    )
    for state in signs.partners:
        queued.add_metric([state.partner], state.queued)
        if state.oldest_queued is not None:
            oldest.add_metric([state.partner], max(0.0, (signs.at - state.oldest_queued).total_seconds()))
        if state.last_answered is not None:
            answered.add_metric([state.partner], state.last_answered.timestamp())
    yield from (queued, oldest, answered)


def _ledger(ledger: LedgerSigns) -> Iterator[Metric]:
    yield _gauge("ledger_entries", "Entries of the ledger.", ledger.entries)
    yield _gauge("ledger_checkpointed_entries", "Entries under the newest checkpoint.", ledger.checkpointed)
    yield _gauge("ledger_alarms", "Partners whose ledgers are not believed any more.", len(ledger.alarms))
    cosigned = GaugeMetricFamily(
        "egnatia_ledger_cosignature_timestamp_seconds", "When the witness last cosigned.", labels=["partner"]
    )
    for witness, at in ledger.cosigned_at.items():
        cosigned.add_metric([witness], at.timestamp())
    yield cosigned
