"""What a node counts and shows to Prometheus. A registry of its own: several nodes of a test do not add up."""

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric

from tianping.engines.ledger.node import Node


class Measures:
    def __init__(self, node: Node) -> None:
        self._node = node
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "tianping_ledger_requests", "Requests answered", ["method", "route", "status"], registry=self.registry
        )
        self.seconds = Histogram(
            "tianping_ledger_request_seconds", "Time to answer", ["route"], registry=self.registry,
            buckets=(0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
        )  # fmt: skip
        self.deposits = Counter(
            "tianping_ledger_deposits", "Deposits by what became of them", ["chain", "outcome"], registry=self.registry
        )
        self.items = Counter("tianping_ledger_items", "Items stored", ["chain"], registry=self.registry)
        self.verdicts = Counter("tianping_ledger_verdicts", "Verifications", ["verdict"], registry=self.registry)
        self.registry.register(_State(node))

    def text(self) -> bytes:
        return generate_latest(self.registry)


class _State:
    """What is read when it is asked for."""

    def __init__(self, node: Node) -> None:
        self._node = node

    def collect(self) -> Iterator[Metric]:
        node = self._node
        height = GaugeMetricFamily("tianping_ledger_height", "Last block", labels=["chain"])
        size = GaugeMetricFamily("tianping_ledger_entries", "Entries of the log", labels=["chain"])
        age = GaugeMetricFamily(
            "tianping_ledger_uncosigned_entries", "Entries that no quorate checkpoint covers", labels=["chain"]
        )
        for name, store in node.reading.items():
            head, newest = store.head(), store.checkpoint()
            entries = head.size if head else 0
            height.add_metric([name], head.height if head else 0)
            size.add_metric([name], entries)
            age.add_metric([name], entries - (newest.checkpoint.size if newest else 0))
        yield from (height, size, age)
        count, since = node.vault.outbox.oldest_unsettled()
        waited = 0.0 if since is None else max(0.0, (node.now() - since) / 1000)
        yield GaugeMetricFamily("tianping_ledger_outbox", "Transactions in the outbox", value=count)
        yield GaugeMetricFamily("tianping_ledger_outbox_oldest_seconds", "Age of the oldest of them", value=waited)
        yield GaugeMetricFamily("tianping_ledger_outstanding", "Transactions under way", value=node.outstanding())
        yield GaugeMetricFamily("tianping_ledger_disk_free_bytes", "Room on the disk", value=node.disk_free())
        failing = GaugeMetricFamily("tianping_ledger_regular_failing", "Regular work that failed", labels=["work"])
        for name in node.regular.failures:
            failing.add_metric([name], 1)
        yield failing
