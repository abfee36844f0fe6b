"""Speed and memory as ratios, measured in one run: `make bench`.

Everything is measured alternately and the median is taken, so that a noisy machine troubles each side alike. With the
real registries at hand (PASSEND_SHARED, or ../shared) the floor is theirs; otherwise it is floor.py on the sandbox.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from pipeline.sandbox import generate

HERE = Path(__file__).resolve().parent
PASSEND = Path(sys.executable).with_name("passend")
FOLDERS = ("duo-2026-08", "duo-2024-10", "duo-2020-12", "reference")
SCALES = (1, 2, 4)
SEED = 2014
# years of pupils by home postcode: the sandbox's own number, and that of the live file, which has 1.67 million rows
HOME_YEARS = (2, 16)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    shared = Path(os.environ.get("PASSEND_SHARED", HERE.parent.parent / "shared"))
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        if (shared / "bench" / "floor.py").is_file():
            print(f"real registries in {shared}")
            floor = [str(shared / "bench" / "floor.py"), str(shared / "registries")]
            sources = [each for name in FOLDERS for each in ("--source", str(shared / "registries" / name))]
        else:
            print(f"no real registries in {shared}; measured on the sandbox (set PASSEND_SHARED to measure on real ones)")
            floor = [str(HERE / "floor.py"), str(generate(folder / "editions", SEED, 1))]
            sources = ["--source", "sandbox"]
        against_floor(folder, floor, sources, rounds)
        curated_share(folder, sources, rounds)
        home_postcodes(folder, rounds)
        growth(folder, rounds)


def against_floor(folder: Path, floor: list[str], sources: list[str], rounds: int) -> None:
    """The full run and the unchanged one against the floor on the same files."""
    times: dict[str, list[float]] = {"floor": [], "full run": [], "unchanged run": []}
    peak = 0.0
    for number in range(rounds):
        data = folder / "data"
        shutil.rmtree(data, ignore_errors=True)
        if "sandbox" in sources:
            generate(data / "sandbox", SEED, 1)
        run = [str(PASSEND), "run", *sources, "--data-dir", str(data)]
        for name, command in (
            ("floor", [sys.executable, *floor, str(folder / "floor")]),
            ("full run", run),
            ("unchanged run", run),
        ):
            seconds, memory = measure(command)
            times[name].append(seconds)
            peak = max(peak, memory if name == "full run" else 0)
        print(f"round {number + 1}: " + ", ".join(f"{name} {each[-1]:.2f} s" for name, each in times.items()), flush=True)
    middle = {name: statistics.median(each) for name, each in times.items()}
    print(f"{'':<16}{'median':>9}{'ratio':>8}   aim")
    for name, aim in (("floor", ""), ("full run", "at most 4"), ("unchanged run", "at most 1")):
        print(f"{name:<16}{middle[name]:>7.2f} s{middle[name] / middle['floor']:>8.2f}   {aim}")
    print(f"peak memory of the full run, all processes: {peak:,.0f} MB (aim: under 1,200)", flush=True)


def curated_share(folder: Path, sources: list[str], rounds: int) -> None:
    """What making the curated tables takes of a full run."""
    origins = [each for each in sources if each != "--source"]
    shares, builds = [], []
    for _ in range(rounds):
        data = folder / "data"
        shutil.rmtree(data, ignore_errors=True)
        if "sandbox" in origins:
            generate(data / "sandbox", SEED, 1)
        command = [sys.executable, str(HERE / "steps.py"), str(data), *origins]
        told = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[-1])
        builds.append([(seconds, table) for kind, table, seconds, _ in told["steps"] if kind == "build"])
        shares.append(sum(seconds for seconds, _ in builds[-1]) / told["seconds"])
    slowest = ", ".join(f"{table} {seconds:.2f} s" for seconds, table in sorted(builds[-1], reverse=True)[:5])
    print(f"curated layer: {statistics.median(shares):.0%} of a full run; slowest in the last round: {slowest}", flush=True)


def home_postcodes(folder: Path, rounds: int) -> None:
    """What the home postcodes of every year add to a full run of the sandbox, its generation left out."""
    times: dict[int, list[float]] = {years: [] for years in HOME_YEARS}
    peaks: dict[int, list[float]] = {years: [] for years in HOME_YEARS}
    for _ in range(rounds):
        for years in HOME_YEARS:
            data = folder / "homes"
            shutil.rmtree(data, ignore_errors=True)
            generate(data / "sandbox", SEED, 1, years)
            command = [str(PASSEND), "run", "--source", "sandbox", "--data-dir", str(data)]
            seconds, memory = measure(command, PASSEND_SANDBOX_SEED=str(SEED), PASSEND_SANDBOX_HOME_YEARS=str(years))
            times[years].append(seconds)
            peaks[years].append(memory)
            shutil.rmtree(data, ignore_errors=True)
    few, many = ((statistics.median(times[years]), statistics.median(peaks[years])) for years in HOME_YEARS)
    for years, (seconds, memory) in zip(HOME_YEARS, (few, many), strict=True):
        print(f"{years:>2} years of home postcodes{seconds:>9.2f} s{memory:>9,.0f} MB")
    print(
        f"the difference          {many[0] - few[0]:>9.2f} s{many[1] - few[1]:>9,.0f} MB   aim: at most 10 s and 500 MB",
        flush=True,
    )


def growth(folder: Path, rounds: int) -> None:
    """Full runs of the sandbox at growing scale, its generation left out."""
    times: dict[int, list[float]] = {scale: [] for scale in SCALES}
    peaks = dict.fromkeys(SCALES, 0.0)
    for _ in range(rounds):
        for scale in SCALES:
            data = folder / f"scale-{scale}"
            shutil.rmtree(data, ignore_errors=True)
            generate(data / "sandbox", SEED, scale)
            command = [str(PASSEND), "run", "--source", "sandbox", "--data-dir", str(data)]
            seconds, memory = measure(command, PASSEND_SANDBOX_SEED=str(SEED), PASSEND_SANDBOX_SCALE=str(scale))
            times[scale].append(seconds)
            peaks[scale] = max(peaks[scale], memory)
            shutil.rmtree(data, ignore_errors=True)
    base = statistics.median(times[SCALES[0]])
    print(f"{'sandbox scale':<16}{'median':>9}{'ratio':>8}{'peak MB':>9}   aim: ratio no more than scale")
    for scale in SCALES:
        middle = statistics.median(times[scale])
        print(f"{scale:<16}{middle:>7.2f} s{middle / base:>8.2f}{peaks[scale]:>9,.0f}", flush=True)


def measure(command: list[str], **environment: str) -> tuple[float, float]:
    """Seconds of a command, and the most megabytes that it and the processes it started held together."""
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env={**os.environ, **environment})
    peak = 0
    while process.poll() is None:
        peak = max(peak, sum(map(resident, family(process.pid))))
        time.sleep(0.05)
    seconds = time.perf_counter() - began
    if process.returncode:
        errors = process.stderr.read().decode() if process.stderr else ""
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}:\n{errors}")
    return seconds, peak / 1024


def family(root: int) -> set[int]:
    """A process and all that descend from it."""
    parents = {}
    for each in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(each.parent.name)] = int(each.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
    found = {root}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found


def resident(process: int) -> int:
    """Kilobytes of memory that a process holds; shared pages count for each."""
    try:
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("VmRSS")), 0)


if __name__ == "__main__":
    main()
