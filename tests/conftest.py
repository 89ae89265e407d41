"""Hypothesis profiles and threads for every test."""

import importlib
import os
import pkgutil

import pytest
from hypothesis import HealthCheck, Phase, settings

for variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(variable, "1")  # one per process: xdist runs one process per core

pytest_plugins = ["pytester"]

STEADY = {
    "derandomize": True,
    "database": None,
    "deadline": None,
    "report_multiple_bugs": False,
    "phases": (Phase.explicit, Phase.generate, Phase.target, Phase.shrink),
    "suppress_health_check": (HealthCheck.too_slow,),
}
settings.register_profile("test", **STEADY, max_examples=100)
settings.register_profile("report", **STEADY, max_examples=400)
settings.register_profile("thorough", deadline=None, max_examples=5000, report_multiple_bugs=False, print_blob=True)


def pytest_configure(config: pytest.Config) -> None:
    if not config.getoption("--hypothesis-profile"):
        settings.load_profile("report" if config.getoption("--evidence") else "test")


@pytest.fixture(scope="session", autouse=True)
def every_module_is_loaded() -> None:
    """Hypothesis also draws constants of the modules that are loaded: load all, so that every process draws alike."""
    for package in ("divergences", "optimal_transport", "gan_core", "reports"):
        for module in pkgutil.walk_packages(importlib.import_module(package).__path__, f"{package}."):
            importlib.import_module(module.name)
