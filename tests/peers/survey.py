"""Every peer held to every law of its domain, and what the report is told of it."""

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, NamedTuple

from tests.peers.known import reason
from tests.peers.laws import Broken, Law, broken, command
from tests.peers.normals import NORMAL_LAWS, normal_kl
from tests.peers.rows import PEERS, Peer
from tests.peers.transport import GAUSSIAN_LAWS, LINE_LAWS, distance, gaussian_distance
from tests.peers.vectors import GRADIENT_LAWS, VECTOR_LAWS, gradient, value

__all__ = ["CASES", "DOMAINS", "Domain", "finding", "findings", "matrix"]


class Domain(NamedTuple):
    """Laws, and the true values by which they judge."""

    laws: tuple[Law, ...]
    truth: Callable[..., Any]


DOMAINS = {
    "vectors": Domain(VECTOR_LAWS, value),
    "gradients": Domain(GRADIENT_LAWS, gradient),
    "normals": Domain(NORMAL_LAWS, normal_kl),
    "line": Domain(LINE_LAWS, distance),
    "gaussians": Domain(GAUSSIAN_LAWS, gaussian_distance),
}
CASES = tuple(
    (peer, law) for name, domain in DOMAINS.items() for law in domain.laws for peer in PEERS if law.is_of(peer)
)


@cache
def finding(peer: Peer, law: Law) -> Broken | None:
    """What breaks a law, or nothing."""
    return broken(law, peer, DOMAINS[peer.domain].truth)


def _title(peer: Peer) -> list[str]:
    return [peer.name, f"{peer.package} {peer.version}"]


def matrix(name: str) -> dict[str, Any]:
    """One domain as a table for the report: a row for each law, a column for each peer."""
    peers = [peer for peer in PEERS if peer.domain == name]
    rows = [{"cells": [law.name, *(_mark(peer, law) for peer in peers)]} for law in DOMAINS[name].laws]
    return {
        "kind": "table",
        "chapter": "libraries",
        "title": f"laws_{name}",
        "columns": [{"label": "law", "style": "word"}, *({"names": _title(peer), "style": "mark"} for peer in peers)],
        "rows": rows,
    }


def _mark(peer: Peer, law: Law) -> str:
    """Holds, fails, holds by another convention, or was not asked for."""
    if not law.is_of(peer):
        return ""
    known = reason(peer, law.name) if finding(peer, law) else None
    return "holds" if finding(peer, law) is None else "conditional" if known and known.convention else "refuted"


def findings() -> dict[str, Any]:
    """What breaks a law, with the command that shows it, as a table for the report: failures before conventions."""
    found = sorted(_found(), key=lambda row: row[0])
    return {
        "kind": "table",
        "chapter": "libraries",
        "title": "findings",
        "columns": [
            {"label": "library", "style": "text"},
            {"label": "law", "style": "word"},
            {"label": "says", "style": "number"},
            {"label": "truth", "style": "number"},
            {"label": "reason", "style": "word"},
        ],
        "rows": [row for _, row in found],
    }


def _found() -> Iterator[tuple[bool, dict[str, Any]]]:
    for peer, law in CASES:
        case, known = finding(peer, law), reason(peer, law.name)
        if case and known:
            cells = [" ".join(_title(peer)), law.name, case.says, case.truth or "an error", known.name]
            yield known.convention, {"cells": cells, "code": command(peer, case.asked)}
