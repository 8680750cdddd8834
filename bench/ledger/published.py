"""What others publish of themselves: quoted, not measured here, on machines and for work of their own choosing."""

from typing import NamedTuple


class Published(NamedTuple):
    who: str
    figure: str
    source: str


FIGURES = (
    Published(
        "Hyperledger Fabric",
        "more than 3,500 transactions a second in certain deployments, latency below a second, more than 100 peers",
        "Androulaki et al., EuroSys 2018, abstract (arXiv:1801.10228)",
    ),
    Published(
        "FISCO BCOS 3.0",
        "peak 20,000+ transactions a second (PBFT), confirmation in seconds; 8 cores of 2.4 GHz, 8 GB recommended",
        "FISCO BCOS documentation 3.0, introduction, table of system performance",
    ),
    Published(
        "FISCO BCOS 3",
        "peak 100,000+ transactions a second (PBFT), confirmation in seconds; 8 cores of 2.4 GHz, 8 GB recommended",
        "FISCO BCOS documentation 3.x, functional overview (fisco-bcos-30-en-document.readthedocs.io)",
    ),
    Published(
        "FISCO BCOS 3",
        "28.4 times the throughput of Hyperledger Fabric and 7.4 times that of BIDL, with half their latency",
        "Li et al., SC 2023, abstract",
    ),
)
