"""Curves of the thesis: what JS and W see of a shift (sections 2.4 and 4), and a trained discriminator (section 3)."""

from math import log, pi, sqrt

import numpy as np
import pytest
from scipy.special import expit

from divergences import jensen_shannon_divergence as JS
from gan_core import MINIMAX, Normal, Settings, normal_optimal_logits, train
from optimal_transport import optimal_transport
from reports.evidence import at_most, claim, equal, record

EPS = float(np.finfo(float).eps)
ATOMS = 24  # of each segment, all of the same mass
SHIFTS = np.array([-1, -0.75, -0.5, -0.25, -0.1, -0.01, 0, 0.01, 0.1, 0.25, 0.5, 0.75, 1])
MEANS = np.linspace(0, 10, 41)
TARGET = Normal(2.0, 1.0)


def curve(claim_id, x, values, **lines):
    """A record of lines over one variable, each under its label."""
    rows = [{"label": label, "values": np.round(line, 6)} for label, line in lines.items()]
    return {"kind": "curves", "claim": claim_id, "x": {"label": x, "values": values}, "lines": rows}


def segment(theta):
    return np.column_stack([np.full(ATOMS, theta), (np.arange(ATOMS) + 0.5) / ATOMS])


def masses(clouds):
    """The masses of each cloud on all the points there are."""
    points = np.unique(np.concatenate(clouds), axis=0)
    return [np.array([(cloud == point).all(axis=1).mean() for point in points]) for cloud in clouds]


@claim("thesis.prop10_3")
def test_jensen_shannon_jumps_where_two_segments_part():
    """{0} x [0, 1] and {theta} x [0, 1], as in the thesis: JS is log 2 but for theta = 0, W is |theta|."""
    js, w = [], []
    for theta in SHIFTS:
        clouds = segment(0.0), segment(theta)
        divergence, distance = JS(*masses(clouds)), optimal_transport(*clouds).cost
        js.append(divergence)
        w.append(distance)
        equal(divergence, log(2) if theta else 0.0, rounding=EPS, reason="48 terms; measured: 0")
        equal(distance, abs(theta), rounding=EPS, reason="24 terms; measured: 2e-18")
    record("two_segments", curve("thesis.prop10_3", "theta", SHIFTS, js=js, w1=w))


def normal_js(mean, step):
    """JS(N(0, 1), N(mean, 1)) from the masses of a grid, which the trapezoid rule makes exact to rounding."""
    x = np.arange(-10, mean + 10, step)
    p, q = (np.exp(-((x - centre) ** 2) / 2) * step / sqrt(2 * pi) for centre in (0, mean))
    return JS(p, q, normalize=True)


@claim("thesis.prop3")
def test_jensen_shannon_of_two_normal_laws_stops_growing():
    js = [normal_js(mean, 1 / 16) for mean in MEANS]
    for divergence in js:
        at_most(divergence, log(2))
    at_most(0.999 * log(2), js[-1])
    record("normal_js_is_flat", curve("thesis.prop3", "distance_of_means", MEANS, js=js, w1_tenth=MEANS / 10))


@pytest.mark.parametrize("mean", [0.5, 2.0, 10.0])
def test_the_grid_is_fine_enough(mean):
    """Half the step changes nothing beyond rounding, 2.2e-16 measured; a step of 2 changes more, 1e-6 at least."""
    fine = normal_js(mean, 1 / 32)
    assert normal_js(mean, 1 / 16) == pytest.approx(fine, rel=2e-15)
    assert normal_js(mean, 2) != pytest.approx(fine, rel=1e-7)


@claim("thesis.prop7")
def test_a_trained_discriminator_falls_short_of_the_best_one():
    """And the mean square of D - D*, over both laws, is at most a quarter of what D loses (Pinsker)."""
    run = train(MINIMAX, TARGET, Settings(epochs=6), members=range(3))
    x = np.linspace(-4, 7, 111)
    for k, lost in enumerate(run.shortfall()):
        generated = Normal(float(run.mean[k, -1]), float(run.scale[k, -1]))
        at_most(0, lost)
        grid = np.linspace(-12, 14, 20_001)
        off = expit(run.values(grid)[k]) - expit(normal_optimal_logits(grid, TARGET, generated))
        both = [np.exp(-(((grid - law.mean) / law.scale) ** 2) / 2) / law.scale for law in (TARGET, generated)]
        mean_square = np.trapezoid(off**2 * sum(both), grid) / sqrt(8 * pi)
        at_most(mean_square, lost / 4)
    generated = Normal(float(run.mean[0, -1]), float(run.scale[0, -1]))
    best, found = expit(normal_optimal_logits(x, TARGET, generated)), expit(run.values(x)[0])
    lines = {"best_discriminator": best, "trained_discriminator": found}
    record("best_and_trained_discriminator", curve("thesis.prop7", "point", np.round(x, 6), **lines))
