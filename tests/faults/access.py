"""Faults of who may do what: passwords that would be published, what a query and an export do for whoever asks."""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import rdflib

from pipeline.releases.release import LATEST
from pipeline.releases.report import REPORT
from tests.faults.matrix import Outcome, fault
from tests.faults.process import CHANGED, MADE
from tests.faults.world import GOOD, LINES, Seen, World
from tests.support.receivers import PASSWORD
from tests.support.server import answer
from tests.support.ui import PATIENCE, is_gone, members, refused, serving, until

ACCESS = "Access"
REFUSED = Outcome("stopped, exit 2; nothing is changed", codes=(2,), new=False)
ANSWERED = Outcome("answered whole", new=False)
KEPT_SECRET = Outcome("used, and shown nowhere", new=True)
LEFT_ALONE = Outcome("stopped, exit 8; it is left alone", codes=(8,), new=False)
WRITTEN = Outcome("written, readable as the umask says", new=False)


def command(world: World, *arguments: str, given: str | None = None, **environment: str) -> Seen:
    """What a command came to, with settings of its own and a text on standard input."""
    started = world.starts(*arguments, env={**world.environment(), **environment})
    out, err = started.communicate(given, timeout=300)
    return Seen(started.returncode, f"{out}\n{err}")


# -- passwords --------------------------------------------------------------------------------------------------------


def shown_nowhere(world: World, seen: Seen) -> Seen:
    """Nothing that was said or kept holds the password: no release, log, run history or look."""
    assert PASSWORD not in seen.told
    holding = [path for path in world.folder.rglob("*") if path.is_file() and PASSWORD.encode() in path.read_bytes()]
    assert not holding, holding
    return seen


def with_a_password(name: str, address: str) -> Callable[[World], Seen]:
    return lambda world: shown_nowhere(world, command(world, "run", **{name: address}))


for name, setting, address in (
    ("a base address", "PASSEND_CKAN", f"https://jan:{PASSWORD}@mirror.example/"),
    ("a base address that is none", "PASSEND_DUO", f"jan:{PASSWORD}@mirror.example/"),
    ("the contact", "PASSEND_CONTACT", f"https://jan:{PASSWORD}@proef.example/"),
):
    how = f"{setting}={address.replace(PASSWORD, '…')}"
    fault(ACCESS, f"a password in {name}", how, REFUSED, "without user name and password", daily=setting == "PASSEND_CKAN",
          world="access")(with_a_password(setting, address))  # fmt: skip


@fault(ACCESS, "a password in a source", "--source https://jan:…@mirror.example/", REFUSED, "without user name", world="access")
def _(world: World) -> Seen:
    return shown_nowhere(world, command(world, "run", "--source", f"https://jan:{PASSWORD}@mirror.example/"))


@fault(ACCESS, "a password where an export goes", "--to sftp://jan:…@mirror.example/", REFUSED, "holds a user name or a password",
       world="access")  # fmt: skip
def _(world: World) -> Seen:
    return shown_nowhere(world, command(world, "export", "--to", f"sftp://jan:{PASSWORD}@mirror.example/"))


@fault(ACCESS, "passwords of those who are told", "a mail server and a webhook with a password; a registry fails", KEPT_SECRET)
def _(world: World) -> Seen:
    world.portal.gives(answer(200, CHANGED))
    told = {
        "PASSEND_ALERT_MAIL": f"smtp://jan:{PASSWORD}@127.0.0.1:9",
        "PASSEND_ALERT_WEBHOOK": f"https://127.0.0.1:9/{PASSWORD}",
        "PASSEND_DUO": "http://127.0.0.1:9/",
    }
    return shown_nowhere(world, command(world, "run", **told))


# -- queries ----------------------------------------------------------------------------------------------------------


def asked(name: str, how: str, wanted: object, *arguments: str, given: str | None = None, daily: bool = False) -> None:
    """Enter a query with its whole answer as JSON."""

    def play(world: World) -> Seen:
        seen = command(world, "query", *arguments, "--json", given=given)
        assert seen.code == 0, seen.told
        assert json.loads(seen.told) == wanted, seen.told
        return seen

    fault(ACCESS, name, how, ANSWERED, daily=daily, world="access")(play)


asked("columns of one name", "a join of which two columns are called code, as JSON", [{"code": 1, "code_2": 2}],
      "select 1 as code, 2 as code", daily=True)  # fmt: skip
asked("a number that is none", "NaN and infinity as JSON", [{"a": None, "b": [None]}],
      "select 'nan'::double as a, ['inf'::double] as b")  # fmt: skip
asked("values of odd types", "bits, bytes, a union, a duration, an endless day, as JSON",
      [{"a": "101", "b": r"\xAA", "c": "2", "d": "3 days", "e": "infinity"}],
      r"select '101'::bit a, '\xAA'::blob b, union_value(n := 2) c, interval 3 day d, 'infinity'::date e")  # fmt: skip
asked("a query that begins with a comment", "-- and /* */ before it, as an argument", [{"a": 1}],
      "-- hoeveel\n/* is er */ select 1 as a")  # fmt: skip
asked(
    "a statement before the query",
    "a variable is set, then asked for",
    [{"a": 3}],
    "set variable n = 3; select getvariable('n') as a;",
)
asked("a query on standard input", "with a byte order mark", [{"é": 1}], "-", given="\ufeffselect 1 as é")


@fault(ACCESS, "a query in a file", "-f with a file, and with one that is not there", ANSWERED, world="access")
def _(world: World) -> Seen:
    file = world.folder / "vraag.sql"
    file.write_text("-- hoeveel\nselect count(*) as n from vestiging", encoding="utf-8")
    seen = command(world, "query", "-f", str(file), "--json")
    assert json.loads(seen.told) == [{"n": len(world.ask("from vestiging"))}]
    missing = command(world, "query", "-f", str(world.folder / "geen.sql"))
    assert (missing.code, "cannot be read: No such file" in missing.told) == (2, True), missing.told
    return seen


@fault(ACCESS, "two queries in one", "select 1; select 2", REFUSED, "ask them one at a time", world="access")
def _(world: World) -> Seen:
    return command(world, "query", "select 1; select 2", "--json")


# -- text and addresses in disguise -----------------------------------------------------------------------------------

OVERRIDE = "\u202e"


@fault(ACCESS, "text that steers what is seen", "a right-to-left override in a name and a code",
       Outcome("used; shown as such in terminal, site and report", new=True))  # fmt: skip
def _(world: World) -> Seen:
    named = GOOD.decode("cp1252").replace("De Proef 7;", f"De {OVERRIDE}Proef;")
    rejected = LINES[0].decode("cp1252").replace("01AA00", f"01AA0{OVERRIDE}")
    seen = world.gives((named + rejected).encode())
    assert world.ask(f"select count(*) from vestiging where naam = 'De {OVERRIDE}Proef'") == [(1,)]
    shown = command(world, "query", "select naam from vestiging where naam like '%Proef'")
    assert "De \ufffdProef" in shown.told
    release = (world.releases / LATEST).resolve()
    pages = [release / REPORT, *(release / "site").rglob("*.js")]
    texts = [each.read_text(encoding="utf-8") for each in pages]
    assert not any(OVERRIDE in each for each in texts)
    assert sum("\ufffd" in each for each in texts) > 1, "in the report and in the site"
    return seen


@fault(ACCESS, "a publisher and a contact that are Turtle", "quotes, brackets and a statement in both", MADE)
def _(world: World) -> Seen:
    world.portal.gives(answer(200, CHANGED))
    seen = command(world, "run", PASSEND_PUBLISHER='Jan" ; a <x> .', PASSEND_CONTACT="jan>.<a>@proef.example")
    graph = rdflib.Graph().parse(world.releases / LATEST / "dcat.ttl", publicID="https://proef.example/")
    names = {str(each) for each in graph.objects(None, rdflib.FOAF.name)}
    assert names == {'Jan" ; a <x> .'}, names
    assert not list(graph.subjects(rdflib.RDF.type, rdflib.URIRef("https://proef.example/x")))
    return seen


# -- the UI -----------------------------------------------------------------------------------------------------------

COMMAND = f"/graphql?query={quote('mutation { launchRun }')}"


@fault(ACCESS, "a page elsewhere commands the UI", "passend dev: GET, POST of text, POST of JSON, another Host, another Origin",
       Outcome("answered 403, nothing is started", new=False), world="ui")  # fmt: skip
def _(world: World) -> Seen:
    with serving(world.folder, **world.environment()) as (_, port):
        own = {"Content-Type": "application/json", "Origin": f"http://127.0.0.1:{port}"}
        asked = {"data": b'{"query": "{ version }"}'}
        assert not refused(port, **asked, **own)
        assert refused(port, **asked, **own | {"Origin": "https://elders.example"})
        assert refused(port, **asked, **own | {"Host": "elders.example"})
        assert refused(port, COMMAND)
        assert refused(port, COMMAND, data=b"x", **{"Content-Type": "text/plain", "Origin": "null"})
    return Seen(0, "")


@fault(ACCESS, "the UI is killed", "SIGKILL of passend dev, not of what it started", Outcome("nothing is left of it", new=False),
       world="ui")  # fmt: skip
def _(world: World) -> Seen:
    with serving(world.folder, **world.environment()) as (started, _):
        assert len(members(started.pid)) > 3
        started.kill()
        started.wait(PATIENCE)
        until(lambda: is_gone(started.pid), started)
    return Seen(0, "")


# -- exports ----------------------------------------------------------------------------------------------------------


@contextmanager
def umask(mask: int) -> Iterator[None]:
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


@fault(ACCESS, "an export that a web server is to read", "umask 022", WRITTEN, world="access")
def _(world: World) -> Seen:
    with umask(0o022):
        seen = command(world, "export", "--to", str(world.folder / "web"), "--format", "csv", "--format", "duckdb")
    modes = {oct(path.stat().st_mode & 0o777) for path in [*(world.folder / "web").iterdir(), *(world.folder / "web").rglob("*")]}
    assert modes == {"0o755", "0o644"}, modes
    return seen


@fault(ACCESS, "an export for a spreadsheet", "names that begin with =, + and @: csv-excel and xlsx",
       Outcome("used; in the export they stay text", new=True))  # fmt: skip
def _(world: World) -> Seen:
    names = ("=1+1", "+31 20", "@SUM(A1)")
    content = GOOD.decode("cp1252")
    for number, name in enumerate(names, 7):
        content = content.replace(f"De Proef {number};", f"{name};")
    seen = world.gives(content.encode("cp1252"))
    out = world.folder / "blad"
    assert command(world, "export", "--to", str(out), "--format", "csv-excel", "--format", "xlsx").code == 0
    table = next(out.rglob("csv-excel/vestiging.csv"))
    text = table.read_text(encoding="utf-8-sig")
    assert all(f";'{name};" in text for name in names), text[:500]
    with zipfile.ZipFile(next(out.rglob("*.xlsx"))) as archive:
        assert not [name for name in archive.namelist() if b"<f>" in archive.read(name)], "a cell holds a formula"
    return seen


for address in ("memory://uit", "a::b", "zip://uit.zip"):
    fault(
        ACCESS, f"an export to {address}", f"--to {address}", REFUSED, "is not an address that an export stays at", world="access"
    )(lambda world, address=address: command(world, "export", "--to", address, "--format", "csv"))


@fault(ACCESS, "an export among the releases", "--to data/releases", REFUSED, "is where the releases are", world="access")
def _(world: World) -> Seen:
    return command(world, "export", "--to", str(world.releases), "--format", "csv")


@fault(ACCESS, "an export where somebody has a latest", "a file, a folder and a link of that name", LEFT_ALONE, "is left alone",
       world="access")  # fmt: skip
def _(world: World) -> Seen:
    for name, make in (("file", Path.touch), ("folder", Path.mkdir), ("link", lambda path: path.symlink_to(world.package))):
        theirs = world.folder / f"taken by a {name}"
        theirs.mkdir()
        make(theirs / LATEST)
        seen = command(world, "export", "--to", str(theirs), "--format", "csv", "--keep", "1")
        assert [each.name for each in theirs.iterdir()] == [LATEST]
        assert seen.code == 8, seen.told
    return seen
