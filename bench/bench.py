"""Speed and memory as ratios, measured in one run: `make bench`.

The sides of a comparison alternate and the median counts, so that a noisy machine troubles each side alike. With the real
registries at hand (PASSEND_SHARED, or ../shared) the floor is theirs; otherwise it is floor.py on the sandbox.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from measuring import Cost, measure

from pipeline.sandbox import generate

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parent
PASSEND = Path(sys.executable).with_name("passend")
FOLDERS = ("duo-2026-08", "duo-2024-10", "duo-2020-12", "reference")
SCALES, LARGE = (1, 2, 4), 10
SEED = 2014
# years of pupils by home postcode: the sandbox's own number, and that of the live file, which has 1.67 million rows
HOME_YEARS = (2, 16)
RELEASES = 10
# the registry that differs from release to release, by one row, and the day that it is of: later than that of the sandbox
VARIED, FILE, DAY = "vestigingen_vo", "ckan/adressen_vo/vestigingenvo.csv", "2026-10-03"
# a module that makes no table
BYSTANDER = "pipeline/run/alerts.py"


@dataclass(frozen=True)
class Bench:
    """What every section works with: a folder of its own, the floor's command, the origins, and how many rounds."""

    folder: Path
    floor: list[str]
    sources: list[str]
    rounds: int

    def fresh(self, scale: int = 1, home_years: int = HOME_YEARS[0]) -> Path:
        """Return a new data folder, in which the sandbox is generated already where it is an origin.

        None is removed before the section ends: ext4 without a journal leaves the place of a removed file for minutes, and every
        new file looks at each of them, which took two seconds of a run that came after another.
        """
        data = Path(tempfile.mkdtemp(dir=self.folder)) / "data"
        if "sandbox" in self.sources:
            generate(data / "sandbox", SEED, scale, home_years)
        return data

    def run(self, data: Path) -> list[str]:
        return [str(PASSEND), "run", *_options(self.sources), "--data-dir", str(data)]


def against_floor(bench: Bench) -> None:
    """The full run and the unchanged one against the floor on the same files."""
    costs: dict[str, list[Cost]] = {"floor": [], "full run": [], "unchanged run": []}
    for number in range(bench.rounds):
        run = bench.run(bench.fresh())
        floor = [sys.executable, *bench.floor, str(bench.folder / "floor")]
        for name, command in (("floor", floor), ("full run", run), ("unchanged run", run)):
            costs[name].append(measure(command))
        print(f"round {number + 1}: " + ", ".join(f"{name} {each[-1].seconds:.2f} s" for name, each in costs.items()), flush=True)
    middle = {name: median(cost.seconds for cost in each) for name, each in costs.items()}
    cpu = {name: median(cost.cpu for cost in each) for name, each in costs.items()}
    aims = {
        "floor": "",
        "full run": "ratio at most 6, aim 4.5; CPU at most 25 s, aim 22",
        "unchanged run": "ratio at most 1, aim 0.7",
    }
    print(f"{'':<16}{'median':>9}{'ratio':>8}{'CPU':>9}")
    for name, aim in aims.items():
        print(f"{name:<16}{middle[name]:>7.2f} s{middle[name] / middle['floor']:>8.2f}{cpu[name]:>7.2f} s   {aim}")
    peak = max(cost.peak for cost in costs["full run"])
    print(f"peak memory of the full run, all processes: {peak:,.0f} MB   aim 900", flush=True)


def curated_share(bench: Bench) -> None:
    """What making the curated tables takes of a full run, in seconds of its makers."""
    totals, builds = [], []
    for _ in range(bench.rounds):
        command = [sys.executable, str(HERE / "steps.py"), str(bench.fresh()), *bench.sources]
        told = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[-1])
        builds.append([(seconds, table) for kind, table, seconds, _ in told["steps"] if kind == "build"])
        totals.append((sum(seconds for seconds, _ in builds[-1]), told["seconds"]))
    slowest = ", ".join(f"{table} {seconds:.2f} s" for seconds, table in sorted(builds[-1], reverse=True)[:5])
    made, whole = (median(each) for each in zip(*totals, strict=True))
    print(
        f"curated tables: {made:.2f} s of their makers in a run of {whole:.2f} s; slowest in the last round: {slowest}",
        flush=True,
    )


def home_postcodes(bench: Bench) -> None:
    """What the home postcodes of every year add to a full run of the sandbox, its generation left out."""
    costs: dict[int, list[Cost]] = {years: [] for years in HOME_YEARS}
    sandbox = _sandbox(bench)
    for _ in range(bench.rounds):
        for years in HOME_YEARS:
            given = {"PASSEND_SANDBOX_SEED": str(SEED), "PASSEND_SANDBOX_HOME_YEARS": str(years)}
            costs[years].append(measure(sandbox.run(sandbox.fresh(home_years=years)), **given))
    seconds = {years: median(cost.seconds for cost in each) for years, each in costs.items()}
    peak = {years: median(cost.peak for cost in each) for years, each in costs.items()}
    for years in HOME_YEARS:
        print(f"{years:>2} years of home postcodes{seconds[years]:>9.2f} s{peak[years]:>9,.0f} MB")
    few, many = HOME_YEARS
    more = f"{seconds[many] - seconds[few]:>9.2f} s{peak[many] - peak[few]:>9,.0f} MB"
    print(f"the difference          {more}   at most 10 s and 500 MB", flush=True)


def growth(bench: Bench, scales: Iterable[int] = SCALES) -> None:
    """Full runs of the sandbox at growing scale, its generation left out."""
    costs: dict[int, list[Cost]] = {scale: [] for scale in scales}
    sandbox = _sandbox(bench)
    for _ in range(bench.rounds):
        for scale in costs:
            given = {"PASSEND_SANDBOX_SEED": str(SEED), "PASSEND_SANDBOX_SCALE": str(scale)}
            costs[scale].append(measure(sandbox.run(sandbox.fresh(scale)), **given))
    base = median(cost.seconds for cost in costs[min(costs)])
    print(f"{'sandbox scale':<16}{'median':>9}{'ratio':>8}{'peak MB':>9}   ratio at most the scale, under 3,000 MB")
    for scale, each in costs.items():
        middle = median(cost.seconds for cost in each)
        print(f"{scale:<16}{middle:>7.2f} s{middle / base:>8.2f}{max(cost.peak for cost in each):>9,.0f}", flush=True)


def large(bench: Bench) -> None:
    """A run of the sandbox at ten times its scale, beside one at its own."""
    growth(bench, (1, LARGE))


def releases(bench: Bench) -> None:
    """The data folder after ten releases that differ in one registry: its bytes, and whether a table is stored twice."""
    data, folder = _sandbox(bench).fresh(), bench.folder / "varied"
    folder.mkdir(exist_ok=True)
    resource = {"name": VARIED, "path": f"{VARIED}.csv", "peildatum": DAY}
    (folder / "datapackage.json").write_text(json.dumps({"name": "varied", "resources": [resource]}), encoding="utf-8")
    header, *rows = (generate(data / "sandbox", SEED, 1) / FILE).read_bytes().splitlines(keepends=True)
    command = [str(PASSEND), "run", *_options(["sandbox", str(folder)]), "--data-dir", str(data)]
    sizes = []
    for number in range(1, RELEASES + 1):
        (folder / f"{VARIED}.csv").write_bytes(b"".join([header, *rows[: len(rows) - number]]))
        measure(command, PASSEND_SANDBOX_SEED=str(SEED))
        sizes.append(_bytes(data))
    made = [each for each in (data / "releases").iterdir() if each.is_dir() and not each.is_symlink() and each.name[0] != "."]
    # without the downloads of the sites, which are parts of tables
    parquet = [*(data / "tables").rglob("*.parquet"), *(data / "releases").glob("*/*.parquet")]
    copies = Counter((each.stat().st_size, each.read_bytes()) for each in {each.stat().st_ino: each for each in parquet}.values())
    twice = sum(count > 1 for count in copies.values())
    first, last = (f"{size / 1e6:,.0f} MB" for size in (sizes[0], sizes[-1]))
    print(f"{len(made)} releases that differ in one registry: {first} after the first, {last} after the last")
    print(f"{len(copies)} tables of these releases, {twice} of them stored twice   aim: none", flush=True)


def comment(bench: Bench) -> None:
    """What a comment in a module that makes no table remakes, in a copy of the code."""
    copy = bench.folder / "copy"
    for folder in ("pipeline", "assets", "expectations"):
        shutil.copytree(REPOSITORY / folder, copy / folder, ignore=shutil.ignore_patterns("__pycache__"), dirs_exist_ok=True)
    data = bench.fresh()
    command, given = bench.run(data), {"PYTHONPATH": str(copy)}
    measure(command, **given)
    before = _tables(data)
    with (copy / BYSTANDER).open("a", encoding="utf-8") as file:
        file.write("# another comment\n")
    cost = measure(command, **given)
    made = len(_tables(data) - before)
    print(f"a comment in {BYSTANDER}: {made} tables or editions made again in {cost.seconds:.2f} s   aim: 0", flush=True)


SECTIONS: dict[str, Callable[[Bench], None]] = {
    "floor": against_floor,
    "curated": curated_share,
    "homes": home_postcodes,
    "growth": growth,
    "releases": releases,
    "comment": comment,
    "large": large,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5, help="how many times each side is measured")
    parser.add_argument("--large", action="store_true", help=f"also the sandbox at scale {LARGE}, which takes minutes")
    parser.add_argument("--only", choices=SECTIONS, action="append", help="only this section; may be repeated")
    given = parser.parse_args()
    wanted = given.only or [name for name in SECTIONS if name != "large" or given.large]
    shared = Path(os.environ.get("PASSEND_SHARED", REPOSITORY.parent / "shared"))
    with tempfile.TemporaryDirectory() as whole:
        folder = Path(whole)
        if (shared / "bench" / "floor.py").is_file():
            print(f"real registries in {shared}")
            floor = [str(shared / "bench" / "floor.py"), str(shared / "registries")]
            sources = [str(shared / "registries" / name) for name in FOLDERS]
        else:
            print(f"no real registries in {shared}; measured on the sandbox (set PASSEND_SHARED to measure on real ones)")
            floor, sources = [str(HERE / "floor.py"), str(generate(folder / "editions", SEED, 1))], ["sandbox"]
        for name in wanted:
            with tempfile.TemporaryDirectory(dir=folder) as made:
                SECTIONS[name](Bench(Path(made), floor, sources, given.rounds))


def _sandbox(bench: Bench) -> Bench:
    return Bench(bench.folder, bench.floor, ["sandbox"], bench.rounds)


def _options(sources: Iterable[str]) -> list[str]:
    return [each for source in sources for each in ("--source", source)]


def _bytes(folder: Path) -> int:
    """Return the bytes of a folder; a file with several names counts once."""
    return sum({each.stat().st_ino: each.stat().st_size for each in folder.rglob("*") if each.is_file()}.values())


def _tables(data: Path) -> set[Path]:
    """Return what was written down of tables and editions that were made."""
    return {*(data / "tables").rglob("*.json"), *(data / "staged").rglob("*.json")}


if __name__ == "__main__":
    main()
