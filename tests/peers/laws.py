"""What a law is: cases, what a peer is asked in each, and whether its answers will do."""

import math
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from itertools import repeat
from typing import Any

import numpy as np

from tests.peers.rows import ARGUMENTS, Peer

__all__ = [
    "Apart",
    "Broken",
    "Law",
    "Refusal",
    "all_close",
    "answering",
    "broken",
    "by_entry",
    "by_length",
    "command",
    "equal_answers",
    "powered",
    "raised",
    "run_command",
    "scaled",
]

Arguments = tuple[Any, ...]
Answers = list[np.ndarray]
Twin = Callable[[Callable], Callable]

ULPS = 32  # that an answer may be off; measured: 4.6 of ours at most, 1.4 of others where nothing cancels
DIGITS = range(6, 18)


def itself(*arguments: Any) -> tuple[Arguments]:
    return (arguments,)


def all_close(answers: Answers, truths: Answers) -> bool:
    """Right to `ULPS` units in the last place."""
    return all(map(_close, answers, truths, repeat(ULPS)))


def equal_answers(answers: Answers, truths: Answers) -> bool:
    """One answer to all questions, to rounding."""
    return all(_close(answer, answers[0], ULPS) for answer in answers[1:])


def _close(answer: np.ndarray, truth: np.ndarray, ulps: float) -> bool:
    """In ulp of the answer's own precision; a zero has to be zero, an infinity infinite."""
    if answer.shape != truth.shape:
        return False
    eps = float(np.finfo(answer.dtype).eps) if answer.dtype.kind == "f" else 2.0**-52
    with np.errstate(invalid="ignore"):
        near = np.isfinite(truth) & (np.abs(answer - truth) <= ulps * eps * np.abs(truth))
    return bool(np.all((answer == truth) | near))


def scaled(f: Callable) -> Callable:
    """A twin 5 % off."""
    return lambda *arguments: 1.05 * f(*arguments)


def raised(f: Callable) -> Callable:
    """A twin that is a little off zero."""
    return lambda *arguments: f(*arguments) + 1e-9


def by_entry(index: int, beyond: float = 0.0) -> Twin:
    """A twin that looks at the first entry of one argument."""
    return lambda f: lambda *arguments: (1 + 0.05 * (np.ravel(arguments[index])[0] > beyond)) * f(*arguments)


def by_length(f: Callable) -> Callable:
    """A twin that looks at how long the first argument is."""
    return lambda *arguments: (1 + 0.05 / len(arguments[0])) * f(*arguments)


def powered(power: float) -> Twin:
    return lambda f: lambda *arguments: f(*arguments) ** power


def answering(f: Callable) -> Callable:
    """A twin that refuses nothing."""

    def answer(*arguments: Any) -> Any:
        try:
            return f(*arguments)
        except (TypeError, ValueError):
            return 0.0

    return answer


@dataclass(frozen=True, eq=False)
class Law:
    """A law of one domain.

    Attributes:
        domain: of which peers.
        name: what the report calls it, by its words.
        cases: arguments, the simplest first: the first that a peer gets wrong is the one that is shown.
        holds: whether the answers will do, given the true ones.
        twin: makes a function wrong, by at most 5 % or one hypothesis, in a way that the law has to notice.
        asks: the questions of a case, one or several.
        computes: the divergences it is a law of; of all if empty.
    """

    domain: str
    name: str
    cases: tuple[Arguments, ...]
    holds: Callable[[Answers, Answers], bool] = all_close
    twin: Twin = scaled
    asks: Callable[..., tuple[Arguments, ...]] = itself
    computes: tuple[str, ...] = ()

    def is_of(self, peer: Peer) -> bool:
        return peer.domain == self.domain and (not self.computes or peer.computes in self.computes)

    def broken(self, peer: Peer, function: Callable, truth: Callable) -> "Broken | None":
        """The first case that a function gets wrong; an exception on valid input is wrong too."""
        for case in self.cases:
            asked = self.asks(*case)
            true = [np.asarray(truth(peer.computes, *arguments), dtype=float) for arguments in asked]
            try:
                answers = [np.asarray(function(*arguments)) for arguments in asked]
            except Exception as error:
                return Broken(asked, type(error).__name__, _numbers(true))
            if not self.holds(answers, true):
                return Broken(asked, *said(answers, true))
        return None


@dataclass(frozen=True, eq=False)
class Refusal(Law):
    """A law of arguments that mean nothing: they have to be refused."""

    twin: Twin = answering

    def broken(self, peer: Peer, function: Callable, truth: Callable) -> "Broken | None":
        """The first case that is answered."""
        for case in self.cases:
            try:
                answer = np.asarray(function(*case))
            except Exception:
                continue
            return Broken((case,), _numbers([answer]), "")
        return None


@dataclass(frozen=True, eq=False)
class Apart(Refusal):
    """A refusal that is asked for in a process of its own, which may not survive it."""

    def broken(self, peer: Peer, function: Callable, truth: Callable) -> "Broken | None":
        """The first case that is answered, or that ends the process."""
        if function is not peer:
            return super().broken(peer, function, truth)
        for case in self.cases:
            done = run_command(command(peer, (case,)))
            if done.returncode != 1:  # that of an exception
                return Broken((case,), done.stdout.strip() or "process_ends", "")
        return None


def run_command(code: str) -> subprocess.CompletedProcess[str]:
    """What a command prints, run as a reader would run it."""
    return subprocess.run([sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, check=False)


@dataclass(frozen=True)
class Broken:
    """A case that breaks a law: what was asked, what the answers are and what is true; "" for a refusal."""

    asked: tuple[Arguments, ...]
    says: str
    truth: str


def broken(law: Law, peer: Peer, truth: Callable) -> Broken | None:
    """What breaks a law, or nothing."""
    return law.broken(peer, peer, truth)


def command(peer: Peer, asked: tuple[Arguments, ...]) -> str:
    """One line of Python that asks a peer."""
    names = ARGUMENTS[peer.domain]
    if len(asked) == 1:
        return f"{peer.setup}; {names} = {_source(asked[0])}; print({peer.call})"
    calls = ", ".join(f"f({_source(arguments)})" for arguments in asked)
    return f"{peer.setup}; f = lambda {names}: {peer.call}; print({calls})"


def _source(arguments: Arguments) -> str:
    return ", ".join(map(_written, arguments))


def _written(value: Any) -> str:
    if not isinstance(value, np.ndarray):
        return "float('nan')" if value != value else repr(value)
    numbers = repr(value.tolist()).replace("nan", "np.nan").replace("inf", "np.inf")
    plain = value.dtype == np.float64 and value.size
    return f"np.array({numbers})" if plain else f"np.array({numbers}, dtype='{value.dtype}')"


def said(answers: Answers, truths: Answers) -> tuple[str, str]:
    """Answers and truths with as few digits as tell them apart."""
    for digits in DIGITS:
        both = _numbers(answers, digits), _numbers(truths, digits)
        if both[0] != both[1]:
            break
    return both


def _numbers(values: Answers, digits: int = DIGITS[0]) -> str:
    return "; ".join(", ".join(_number(x, digits) for x in np.ravel(value)) for value in values)


def _number(x: float, digits: int) -> str:
    if not np.isfinite(x):
        return str(float(x))
    return f"{float(x) if math.copysign(1, x) > 0 or x else 0.0:.{digits}g}"
