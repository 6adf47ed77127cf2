"""A plan over 10,000 gaps: `python -m tests.benchmarks.planning [--gaps N] [--hosts N] [--spopt PYTHON]`.

3,000 bases and alliances whose members overlap, 26 towns with a quota, 3 years. Every plan is recounted by the coverage
code. Beside it the maximal cover of spopt on the same sets, as far as it can express them: one year, every set at the
same cost, no quota. `--spopt` names a Python that has spopt; it is no dependency of this project.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from graphkit.analysis.candidates import candidates
from graphkit.analysis.coverage import Coverage, coverage
from graphkit.analysis.maximal_cover import Covering, most_covered
from graphkit.analysis.plan import Plan, plan
from graphkit.analysis.recount import recount
from graphkit.graph.convert import from_records
from graphkit.graph.tables import Graph

TOWNS, SEGMENTS, SHARE = 26, 60, 0.05
SPOPT = """
import json, sys, time
import numpy as np
try:
    import pulp, spopt
    from spopt.locate import MCLP
except ImportError as error:
    print(json.dumps({"skipped": str(error)})); sys.exit()
told = np.load(sys.argv[1])
far = np.ones((len(told["weights"]), int(told["sets"])))
far[told["element"], told["set"]] = 0
started = time.process_time(), time.perf_counter()
model = MCLP.from_cost_matrix(far, told["weights"], 0.5, p_facilities=int(told["most"]))
solver = pulp.PULP_CBC_CMD(msg=False, timeLimit=float(told["seconds"]), gapRel=5e-4)
try:
    model = model.solve(solver)
    chosen = [j for j, x in enumerate(model.fac_vars) if (x.value() or 0) > 0.5]
except Exception as error:
    print(json.dumps({"skipped": f"{type(error).__name__}: {error}"[:200]})); sys.exit()
print(json.dumps({"chosen": chosen, "wall": time.perf_counter() - started[1], "version": spopt.__version__}))
"""


def world(gaps: int, hosts: int, members: int, *, scattered: bool = False, seed: int = 7) -> Graph:
    """A county of gaps: towns, segments, and hosts that about `members` gaps of their town belong to.

    Sizes are by power law. `scattered`: members lie anywhere, sizes are alike, so that nothing tells hosts apart: hard.
    """
    rng = np.random.default_rng(seed)
    women = np.minimum(rng.lognormal(3.1, 0.9, gaps).astype(int), 3000)
    party = rng.random(gaps) < 0.25
    nodes: list[dict[str, Any]] = [
        {"type": "Company", "name": f"公司{n}", "federation_status": "no"}
        | {"women_employees": int(women[n]), "party_organisation": bool(party[n])}
        for n in range(gaps)
    ]
    nodes += [{"type": "Region", "name": f"镇{n}", "level": "town"} for n in range(TOWNS)]
    nodes += [{"type": "Industry", "name": f"环节{n}", "kind": "segment"} for n in range(SEGMENTS)]
    town = rng.integers(0, TOWNS, gaps + hosts)
    edges = [{"type": "LOCATED_IN", "src": f"公司{n}", "dst": f"镇{town[n]}"} for n in range(gaps)]
    edges += [{"type": "IN_INDUSTRY", "src": f"公司{n}", "dst": f"环节{rng.integers(SEGMENTS)}"} for n in range(gaps)]
    drawn = rng.poisson(members, hosts) if scattered else (1 + rng.pareto(1.5, hosts)) * members / 3
    sizes = np.clip(drawn.astype(int), 2, gaps // TOWNS // 2)
    near = [np.flatnonzero(town[:gaps] == n) for n in range(TOWNS)]
    for host, size in enumerate(sizes.tolist()):
        kind, tie = ("Venue", "LOCATED_IN") if host % 6 == 0 else ("Alliance", "MEMBER_OF")
        nodes.append({"type": kind, "name": f"平台{host}"})
        edges.append({"type": "LOCATED_IN", "src": f"平台{host}", "dst": f"镇{town[gaps + host]}"})
        among = np.arange(gaps) if scattered else near[town[gaps + host]]
        chosen = rng.choice(among, min(size, len(among)), replace=False)
        edges += [{"type": tie, "src": f"公司{n}", "dst": f"平台{host}"} for n in chosen.tolist()]
    return from_records(nodes, edges, source={"dataset": "generated", "date": "2026-06-30"})


def timed(name: str, work: Callable[[], Any]) -> Any:
    """Do something, and print what it took."""
    started = time.process_time(), time.perf_counter()
    found = work()
    cpu, wall = time.process_time() - started[0], time.perf_counter() - started[1]
    sys.stdout.write(f"| {name} | {cpu:.1f} | {wall:.1f} |\n")
    sys.stdout.flush()
    return found


def measured(cov: Coverage, weight: str, share: float) -> Plan:
    """Plan three years with a quota of one organisation a town and year, recount, and print."""
    cost = sum(candidates(cov).table["cost"].to_pylist())
    year = round(share * cost / 3)
    found: Plan = timed(f"plan, {weight}", lambda: plan(cov, per_year=[year] * 3, min_per_town=1, weight=weight))
    after = timed("recount by the coverage code", lambda: recount(found))
    sys.stdout.write(
        f"\n{found}\nproven gap {100 * (found.gap or 0):.3f} %; recounted: {after.count('covered')} covered\n\n"
    )
    return found


def covering_of(found: Plan) -> Covering:
    """Return the sets of a plan's candidates at equal cost: what spopt can express."""
    from graphkit.analysis.plan import _problem

    _, problem = _problem(found.candidates, "women_employees")
    return replace(problem, costs=np.ones(len(problem.costs)))


def beside_spopt(problem: Covering, most: int, python: str, seconds: float) -> None:
    """Solve one problem here and by spopt, and print what each covers in what time."""
    mine = timed("maximal cover, equal costs", lambda: most_covered(problem, [most], seconds=seconds))
    value, bound = problem.value(mine.rows), mine.bound
    sys.stdout.write(f"graphkit covers {value:,.0f} women with {len(mine.rows)} of {most}; bound {bound:,.0f}\n")
    with tempfile.TemporaryDirectory() as folder:
        path, script = Path(folder) / "sets.npz", Path(folder) / "mclp.py"
        script.write_text(SPOPT, encoding="utf-8")
        rows, elements = problem.sets.nonzero()
        np.savez(
            path,
            set=rows,
            element=elements,
            sets=len(problem.costs),
            weights=problem.weights,
            most=most,
            seconds=seconds,
        )
        told = _spopt([python, str(script), str(path)], patience=10 * seconds)
    if "skipped" in told:
        sys.stdout.write(f"spopt skipped: {told['skipped']}\n")
        return
    theirs = problem.value(told["chosen"])
    sys.stdout.write(
        f"spopt {told['version']} covers {theirs:,.0f} women with {len(told['chosen'])} of {most} in "
        f"{told['wall']:.1f} s ({100 * (bound - theirs) / bound:.3f} % below the bound)\n"
    )


def _spopt(command: list[str], *, patience: float) -> dict[str, Any]:
    """Run spopt in its own Python; what it could not do is told, never a failure of the benchmark."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False, timeout=patience)
    except OSError as error:
        return {"skipped": f"{command[0]}: {error.strerror}"}
    except subprocess.TimeoutExpired:
        return {"skipped": f"nothing after {patience:.0f} s, most of which it spends on building its model"}
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1]) if done.stdout.strip() else {}
    return found or {"skipped": done.stderr[-200:]}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.planning", description=__doc__)
    parser.add_argument("--gaps", type=int, default=10_000)
    parser.add_argument("--hosts", type=int, default=3_000)
    parser.add_argument("--members", type=int, default=20, help="gaps that belong to a host, on average")
    parser.add_argument("--scattered", action="store_true", help="hosts of alike size with members anywhere: hard")
    parser.add_argument("--share", type=float, default=SHARE, help="the tasks of three years, of all there could be")
    parser.add_argument("--seconds", type=float, default=40.0, help="what each maximal cover beside spopt may take")
    parser.add_argument("--spopt", default=sys.executable, metavar="PYTHON", help="a Python with spopt")
    told = parser.parse_args()
    sys.stdout.write(f"{told.gaps:,} gaps, {told.hosts:,} hosts, {TOWNS} towns, 3 years\n\n")
    sys.stdout.write("| work | CPU s | wall s |\n|---|--:|--:|\n")
    graph = world(told.gaps, told.hosts, told.members, scattered=told.scattered)
    cov = timed("coverage", lambda: coverage(graph))
    found = timed("candidates", lambda: candidates(cov))
    sys.stdout.write(f"\n{found}\n\n")
    last = [measured(cov, weight, told.share) for weight in ("count", "women_employees")][-1]
    problem = covering_of(last)
    beside_spopt(problem, round(told.share * len(problem.costs)), told.spopt, told.seconds)


if __name__ == "__main__":
    main()
