"""Every peer held to every law of its domain, and what the report is told of it."""

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, NamedTuple

from tests.peers.known import reason
from tests.peers.laws import Broken, Law, broken, command
from tests.peers.normals import NORMAL_LAWS, normal_kl
from tests.peers.rows import PEERS, Peer
from tests.peers.transport import (
    GAUSSIAN_LAWS,
    LINE_LAWS,
    PLAN_LAWS,
    POTENTIAL_LAWS,
    distance,
    excess,
    gaussian_distance,
    plan_cost,
)
from tests.peers.vectors import GRADIENT_LAWS, VECTOR_LAWS, gradient, value

__all__ = ["CASES", "DOMAINS", "Domain", "broken_laws", "finding", "matrix", "records"]

ENDS = ("OverflowError", "process_ends")  # a peer's answer that is no number


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
    "plans": Domain(PLAN_LAWS, plan_cost),
    "potentials": Domain(POTENTIAL_LAWS, excess),
}
CASES = tuple(
    (peer, law) for name, domain in DOMAINS.items() for law in domain.laws for peer in PEERS if law.is_of(peer)
)


@cache
def finding(peer: Peer, law: Law) -> Broken | None:
    """What breaks a law, or nothing."""
    return broken(law, peer, DOMAINS[peer.domain].truth)


def records() -> dict[str, dict[str, Any]]:
    """Three tables for each domain: what each peer passes, where it fails, and where it only has another convention."""
    every = {}
    for place, name in enumerate(DOMAINS, 1):
        every[f"libraries_{place}_1_laws"] = matrix(name)
        every[f"libraries_{place}_2_failures"] = broken_laws(name, convention=False)
        every[f"libraries_{place}_3_conventions"] = broken_laws(name, convention=True)
    return {key: table for key, table in every.items() if table["rows"]}


def matrix(name: str) -> dict[str, Any]:
    """One domain as a table for the report: a row for each law, a column for each peer."""
    peers = [peer for peer in PEERS if peer.domain == name]
    columns = [{"title": peer.name, "note": f"{peer.package} {peer.version}"} for peer in peers]
    rows = [{"cells": [{"word": law.name}, *(_mark(peer, law) for peer in peers)]} for law in DOMAINS[name].laws]
    return _table(f"laws_{name}", [{"title": {"word": "law"}}, *columns], rows)


def _table(title: str, columns: list[Any], rows: list[Any], *, folded: bool = False) -> dict[str, Any]:
    made = {"kind": "table", "chapter": "libraries", "title": title, "folded": folded}
    return {**made, "columns": columns, "rows": rows, "numbers": {"rows": len(rows)}}


def _mark(peer: Peer, law: Law) -> str | dict[str, str]:
    """Holds, fails, holds by another convention, or was not asked for."""
    if not law.is_of(peer):
        return ""
    known = reason(peer, law.name)
    breaks = "conditional" if known and known.convention else "refuted"
    return {"mark": "holds" if finding(peer, law) is None else breaks}


def broken_laws(name: str, *, convention: bool) -> dict[str, Any]:
    """What breaks a law of one domain, with the command that shows it: by failures, or by conventions."""
    titles = [{"title": {"word": word}} for word in ("function", "law", "says", "truth")]
    rows = list(_broken(name, convention))
    return _table("conventions" if convention else f"failures_{name}", titles, rows, folded=convention)


def _broken(name: str, convention: bool) -> Iterator[dict[str, Any]]:
    for peer in PEERS:
        for law in DOMAINS[name].laws if peer.domain == name else ():
            case, known = (finding(peer, law), reason(peer, law.name)) if law.is_of(peer) else (None, None)
            if case and known and known.convention == convention:
                true = {"number": case.truth} if case.truth else {"word": "refused"}
                yield {
                    "cells": [f"{peer.name} ({peer.package} {peer.version})", {"word": law.name}, says(case), true],
                    "notes": [{"word": known.name}, *([{"word": "warns"}] if warned(peer, case) else [])],
                    "code": command(peer, case.asked),
                }


def warned(peer: Peer, case: Broken) -> bool:
    """Whether a peer that answers says that something is wrong."""
    return case.says not in ENDS and any(peer.warns(*arguments) for arguments in case.asked)


def says(case: Broken) -> dict[str, str]:
    """What a peer says: numbers, or words for how it ends."""
    return {"word" if case.says in ENDS else "number": case.says}
