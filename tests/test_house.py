"""The house: who may import whom, what stays unloaded, what is installed, and that others are left alone."""

import ast
import importlib
import os
import pkgutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import COMMAND

ROOT = Path(__file__).parents[1]
FLOW = ["divergences", "optimal_transport", "gan_core", "reports", "tests"]
PACKAGES = FLOW[:-1]
TOP_LEVEL = {"pyproject.toml", "README.md", *FLOW, "LICENSE", "CHANGELOG.md", "CONTRIBUTING.md", "CITATION.cff"} | {
    "Makefile",
    "constraints.txt",
}


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    return [Path(name) for name in listed.stdout.split("\n") if name]


def imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, "imports are absolute here"
            yield node.module or ""


@pytest.mark.parametrize("package", FLOW)
def test_imports_flow_one_way(package: str) -> None:
    later = FLOW[FLOW.index(package) + 1 :]
    files = list((ROOT / package).rglob("*.py"))
    assert files
    for file in files:
        for name in imported(ast.parse(file.read_text(encoding="utf-8"))):
            assert name.split(".")[0] not in later, f"{file} imports {name}, against the flow"
            assert (package, name.split(".")[0]) != ("reports", "divergences"), f"{file} computes; reports only read"


def test_the_top_level_is_the_one_agreed_on() -> None:
    assert {path.parts[0] for path in tracked() if not path.parts[0].startswith(".")} <= TOP_LEVEL


def run(*command: str, cwd: Path = ROOT) -> str:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("package", [*PACKAGES, "reports.evidence", "optimal_transport.exact"])
def test_torch_and_pot_stay_unloaded(package: str) -> None:
    heavy = "import sys; print(sorted({'torch', 'ot', 'matplotlib', 'hypothesis'} & set(sys.modules)))"
    assert run(sys.executable, "-c", f"import {package}; {heavy}").strip() == "[]"


def test_the_plugin_loads_with_the_standard_library_and_pytest_alone() -> None:
    code = "import sys, pytest; before = set(sys.modules); import reports.evidence; print(set(sys.modules) - before)"
    loaded = {name.split(".")[0] for name in ast.literal_eval(run(sys.executable, "-c", code))}
    assert loaded - set(sys.stdlib_module_names) <= {"reports"}


def processor_seconds(*command: str) -> float:
    """The least of five: noise only ever adds."""
    seconds = []
    for _ in range(5):
        before = os.times()
        run(*command)
        after = os.times()
        used = after.children_user + after.children_system - before.children_user - before.children_system
        seconds.append(used)
    return min(seconds)


@pytest.mark.skipif(sys.platform == "win32", reason="no processor time of child processes")
def test_help_answers_at_once() -> None:
    beyond = processor_seconds(COMMAND, "--help") - processor_seconds(sys.executable, "-c", "pass")
    assert beyond < 0.2


@pytest.mark.parametrize("package", PACKAGES)
def test_everything_public_is_listed_and_documented(package: str) -> None:
    for info in pkgutil.walk_packages([str(ROOT / package)], f"{package}."):
        module = importlib.import_module(info.name)
        names = module.__all__
        assert len(set(names)) == len(names)
        assert all(hasattr(module, name) for name in names), module
        assert module.__doc__


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel of the tracked files, built without a network."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    for path in tracked():
        if (ROOT / path).exists():
            (source / path).parent.mkdir(parents=True, exist_ok=True)
            (source / path).write_bytes((ROOT / path).read_bytes())
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(source))
    return next(folder.glob("*.whl"))


def test_a_wheel_holds_four_packages_and_what_they_read(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0] for name in names if ".dist-info/" not in name} == set(PACKAGES)
    for needed in ("claims/thesis.toml", "words/en.toml", "sample/evidence.json", "fonts/stix-two-math.woff2"):
        assert f"reports/{needed}" in names
    assert not any(
        "pytest11" in str(zipfile.ZipFile(wheel).read(name)) for name in names if name.endswith("entry_points.txt")
    )


def test_others_are_left_alone(wheel: Path, tmp_path: Path) -> None:
    """A project with its own tests and a plain folder `reports`, run by plain pytest with the wheel installed."""
    site = tmp_path / "site"
    zipfile.ZipFile(wheel).extractall(site)
    project = tmp_path / "project"
    (project / "tests").mkdir(parents=True)
    (project / "reports").mkdir()
    (project / "reports" / "summary.txt").write_text("theirs")
    (project / "tests" / "__init__.py").write_text("")
    (project / "tests" / "test_theirs.py").write_text(
        "import pytest\n\ndef test_one(pytestconfig):\n"
        "    assert not pytestconfig.pluginmanager.has_plugin('reports.evidence')\n"
        "    with pytest.raises(ValueError):\n        pytestconfig.getoption('--evidence')\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(site)}
    done = subprocess.run(
        [sys.executable, "-P", "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        cwd=project,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert "1 passed" in done.stdout
