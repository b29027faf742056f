"""``make mutate``: mutation testing of the rules (docs/mutation.md).

cosmic-ray changes one operator at a time and runs the tests that must notice. It writes into the files it changes,
so all of this happens in a copy of the checkout. The changes that no test notices are printed at the end.

    python -m tools.mutate                     all of it
    python -m tools.mutate members/audience    the files whose path contains that
    python -m tools.mutate --minutes 10        stop after so long, and say what was not tried
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from cosmic_ray.ast import ast_nodes, get_ast_from_path
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator, operator_names

ROOT = Path(__file__).resolve().parent.parent
# The tests that must notice a change in a file, quickest first; a path stands for itself and what begins so.
RULES = ("tests/portal/test_policies.py",)
AUDIENCE = ("tests/portal/test_policies.py", "tests/members/test_audience.py")
STORED = ("tests/portal/test_row_security.py", "tests/members/test_audience.py")
QUERIES = ("tests/consultations/test_querysets.py",)
TARGETS: dict[str, tuple[str, ...]] = {
    "members/audience.py": AUDIENCE,
    "members/policies.py": RULES,
    "members/row_security.py": STORED,
    "consultations/policies.py": RULES,
    "consultations/querysets.py": QUERIES,
    "documents/policies.py": RULES,
    "documents/querysets.py": ("tests/documents",),
    "initiatives/policies.py": RULES,
    "initiatives/querysets.py": ("tests/initiatives",),
    "meetings/policies.py": RULES,
    "meetings/querysets.py": ("tests/meetings",),
}
# Of the replacements of one operator by each of the others, those that a person might write by mistake. The rest of
# cosmic-ray's (`|` by `**`, or by `>>`) end in a TypeError and say nothing of the tests.
MEANT = (
    "AddNot", "NumberReplacer", "RemoveDecorator", "ReplaceAndWithOr", "ReplaceOrWithAnd", "ReplaceTrueWithFalse",
    "ReplaceFalseWithTrue", "ReplaceUnaryOperator_Delete_Not", "ZeroIterationForLoop", "ReplaceBreakWithContinue",
    "ReplaceContinueWithBreak", "ReplaceBinaryOperator_BitOr_BitAnd", "ReplaceBinaryOperator_BitAnd_BitOr",
    "ReplaceBinaryOperator_Add_Sub", "ReplaceComparisonOperator_Eq_NotEq", "ReplaceComparisonOperator_Eq_GtE",
    "ReplaceComparisonOperator_Eq_LtE", "ReplaceComparisonOperator_NotEq_Eq", "ReplaceComparisonOperator_Is_IsNot",
    "ReplaceComparisonOperator_IsNot_Is", "ReplaceComparisonOperator_Lt_LtE", "ReplaceComparisonOperator_LtE_Lt",
    "ReplaceComparisonOperator_Gt_GtE", "ReplaceComparisonOperator_GtE_Gt", "ReplaceComparisonOperator_In_NotIn",
    "ReplaceComparisonOperator_NotIn_In", "ReplaceComparisonOperator_Lt_GtE", "ReplaceComparisonOperator_Gt_LtE",
)  # fmt: skip
SKIPPED = {".git", ".venv", ".local", ".mypy_cache", ".ruff_cache", ".pytest_cache", "__pycache__", "node_modules"}


@dataclass
class Tally:
    killed: int = 0
    survived: list[str] = field(default_factory=list)
    not_tried: int = 0


def mutants(path: Path) -> list[tuple[str, int, str, str]]:
    """(operator, occurrence, line and place, changed source) of each change of a file."""
    code = path.read_text(encoding="utf-8")
    found = []
    for name in sorted(operator_names()):
        if name.removeprefix("core/") not in MEANT:
            continue
        operator = get_operator(name)()
        places = [place for node in ast_nodes(get_ast_from_path(path)) for place in operator.mutation_positions(node)]
        for occurrence, (start, _stop) in enumerate(places):
            changed = mutate_code(code, operator, occurrence)
            if changed is not None and not _is_annotation(code, start[0]):
                found.append((name.removeprefix("core/"), occurrence, f"{start[0]}:{start[1]}", changed))
    return found


def _is_annotation(code: str, line: int) -> bool:
    """`X | None` in a signature: `from __future__` or not, it decides nothing when the program runs."""
    return "| None" in code.splitlines()[line - 1]


def _run(copy: Path, tests: tuple[str, ...]) -> bool:
    """Whether the tests pass, in the copy."""
    present = [test for test in tests if (copy / test).exists()]
    environment = os.environ | {
        "PYTHONDONTWRITEBYTECODE": "1",
        "PORTAL_TEST_NAME": os.environ.get("PORTAL_TEST_NAME", "mutate"),
    }
    options = ["-x", "-q", "--reuse-db", "--no-header", "-p", "no:cacheprovider"]
    command = [sys.executable, "-m", "pytest", *options, *present]
    quiet = subprocess.DEVNULL
    try:
        done = subprocess.run(command, cwd=copy, env=environment, stdout=quiet, stderr=quiet, timeout=300, check=False)
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


def run(wanted: list[str], minutes: float) -> int:
    """Try every change; print the figures and what no test noticed. The number of survivors."""
    from services.testing import ensure

    os.environ |= ensure() | {"PORTAL_TEST_SERVICES": "external"}
    end = time.monotonic() + minutes * 60
    total = Tally()
    with tempfile.TemporaryDirectory(prefix="portal-mutate-") as folder:
        copy = Path(folder) / "portal"
        shutil.copytree(ROOT, copy, ignore=lambda _folder, names: SKIPPED & set(names))
        for name, tests in TARGETS.items():
            if not wanted or any(part in name for part in wanted):
                _file(copy, name, tests, end, total)
    print(f"\n{total.killed} noticed, {len(total.survived)} not noticed, {total.not_tried} not tried", flush=True)
    for line in total.survived:
        print(f"  {line}")
    return len(total.survived)


def _file(copy: Path, name: str, tests: tuple[str, ...], end: float, total: Tally) -> None:
    path, before = copy / name, (copy / name).read_text(encoding="utf-8")
    every, killed, survived = mutants(path), 0, 0
    if not _run(copy, tests):
        raise SystemExit(f"{' '.join(tests)} do not pass as they are: nothing can be said of {name}.")
    for number, (operator, _occurrence, place, changed) in enumerate(every):
        if time.monotonic() > end:
            total.not_tried += len(every) - number
            break
        path.write_text(changed, encoding="utf-8")
        if _run(copy, tests):
            survived += 1
            line = before.splitlines()[int(place.split(":")[0]) - 1].strip()
            total.survived.append(f"{name}:{place} {operator}: {line}")
            print(f"    not noticed: {total.survived[-1]}", flush=True)
        else:
            killed += 1
    path.write_text(before, encoding="utf-8")
    total.killed += killed
    print(f"  {name:<28}{len(every):4} changes, {killed:4} noticed, {survived:3} not", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", help="parts of paths; all targets without any")
    parser.add_argument("--minutes", type=float, default=120)
    given = parser.parse_args()
    return 1 if run(given.files, given.minutes) else 0


if __name__ == "__main__":
    raise SystemExit(main())
