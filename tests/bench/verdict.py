"""Fits the weights of `kb.search.verdict` on several sets, and says how well they carry over to a new one.

python -m tests.bench.verdict [CORPUS_DIR ...] [--features covered,together,…]

This repository's own queries are always among the sets. A logistic regression (scikit-learn's), in which
every set counts the same, and so do the two kinds of query in it. Each set's figures are printed twice: with
the weights to be stored, and with weights fitted on the other sets alone, which is what a help center that
nobody has seen gets.
"""

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from kb.model import ANSWERED_FROM, UNSURE_FROM
from tests.bench.sets import REPOSITORY, usable
from tests.bench.training import Rows, Signals, rows

Array = np.ndarray[Any, np.dtype[np.float64]]

INVERSE_PENALTY = 1.0
"""scikit-learn's C. The rows' weights add up to their number, so it means the same as without weights."""


@dataclass(frozen=True, slots=True)
class Model:
    """Fitted weights, by the signal's name."""

    bias: float
    weights: dict[str, float]

    def confidences(self, found: Sequence[Signals]) -> Array:
        """The estimated probability for each query that an article answers; 0 without any signals."""
        logits = self.bias + _matrix(found, list(self.weights)) @ np.array(list(self.weights.values()))
        there = np.array([bool(one) for one in found], bool)
        return np.where(there, 1 / (1 + np.exp(-logits)), 0.0)


def fit(sets: Sequence[Rows], names: Sequence[str]) -> Model:
    """A model over the signals of `names`; queries without signals have nothing to teach."""
    parts, labels, shares = [], [], []
    for one in sets:
        for label, found in ((1, one.answerable), (0, one.unanswerable)):
            there = [signals for signals in found if signals]
            parts.append(_matrix(there, names))
            labels += [label] * len(there)
            shares += [1 / max(len(there), 1)] * len(there)
    weight = np.array(shares) * len(shares) / sum(shares)
    model = LogisticRegression(C=INVERSE_PENALTY, max_iter=5000)
    model.fit(np.vstack(parts), labels, sample_weight=weight)
    return Model(float(model.intercept_[0]), dict(zip(names, map(float, model.coef_[0]), strict=True)))


def _matrix(found: Sequence[Signals], names: Sequence[str]) -> Array:
    matrix = [[signals.get(name, 0.0) for name in names] for signals in found]
    return np.array(matrix, np.float64).reshape(len(found), len(names))


def auroc(answerable: Array, unanswerable: Array) -> float:
    """How often an answerable query's value is above an unanswerable one's."""
    labels = [1] * len(answerable) + [0] * len(unanswerable)
    return float(roc_auc_score(labels, np.concatenate([answerable, unanswerable])))


def weights_table(model: Model, sets: Sequence[Rows]) -> Iterator[str]:
    """The weights as they stand in `kb.search.verdict`, each with the AUROC that its signal has alone."""
    yield f"BIAS = {model.bias:.3f}"
    yield f"{'WEIGHTS = {':36}# AUROC of the signal alone: " + ", ".join(one.name for one in sets)
    for name, weight in model.weights.items():
        alone = (
            auroc(_matrix(one.answerable, [name])[:, 0], _matrix(one.unanswerable, [name])[:, 0])
            for one in sets
        )
        entry = f'    "{name}": {weight:.3f},'
        yield f"{entry:36}# " + "  ".join(f"{value:.2f}" for value in alone)
    yield "}"


def sets_table(sets: Sequence[Rows], names: Sequence[str]) -> Iterator[str]:
    """Each set's figures with the weights fitted on all sets, then with those fitted on the others.

    `shown` and `caught` are the answerable at or above `unsure_from` and the unanswerable below it.
    """
    near = f"near misses below {UNSURE_FROM}"
    yield f"{'set':24}{'fitted on':>12}{'yes':>6}{'no':>6}{'AUROC':>8}{'shown':>8}{'caught':>8}{near:>24}" + (
        f"{f'below {ANSWERED_FROM}':>12}"
    )
    whole = fit(sets, names)
    for one in sets:
        yield _set_line(one, "all", whole)
        others = [other for other in sets if other is not one]
        if others:
            yield _set_line(one, "the others", fit(others, names))


def _set_line(one: Rows, fitted_on: str, model: Model) -> str:
    yes, no = model.confidences(one.answerable), model.confidences(one.unanswerable)
    near = model.confidences(one.near_misses)
    shown, caught = np.mean(yes >= UNSURE_FROM), np.mean(no < UNSURE_FROM)
    counts = f"{one.name:24}{fitted_on:>12}{len(yes):>6}{len(no):>6}"
    shares = f"{auroc(yes, no):>8.3f}{shown:>8.1%}{caught:>8.1%}"
    return f"{counts}{shares}{np.mean(near < UNSURE_FROM):>24.1%}{np.mean(near < ANSWERED_FROM):>12.1%}"


def main(arguments: Sequence[str] | None = None) -> None:
    """Prints the weights, then each set's figures."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.verdict", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("folders", nargs="*", type=Path, metavar="CORPUS_DIR", help="sets to learn from")
    parser.add_argument("--features", default="", metavar="A,B,…", help="only these signals [default: all]")
    given = parser.parse_args(arguments)
    wanted, without = usable([REPOSITORY, *given.folders])
    for folder in without:
        print(f"left out: {folder}: has no judged queries")
    if not wanted:
        parser.error("there is no set to learn from")
    sets = rows(wanted)
    known = sorted({name for one in sets for found in one.answerable for name in found})
    names = [name.strip() for name in given.features.split(",") if name.strip()] or known
    if unknown := [name for name in names if name not in known]:
        parser.error(f"no such signal: {', '.join(unknown)}; there are {', '.join(known)}")
    print(*weights_table(fit(sets, names), sets), "", *sets_table(sets, names), sep="\n")


if __name__ == "__main__":
    main()
