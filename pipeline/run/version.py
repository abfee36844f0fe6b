"""Which version of the code makes tables: for people, and to say why a release that is made again may differ."""

from __future__ import annotations

from functools import cache

from pipeline.code import version_of
from pipeline.curated import reference
from pipeline.curated.transforms import TRANSFORMS
from pipeline.hashing import hash_of

MAKERS = ("pipeline.staging.editions", "pipeline.curated.build", "pipeline.run.bookkeeping")


@cache
def code_version() -> str:
    """Return a hash of the modules that make tables and of the reference files: what else changes, changes no table."""
    parts = [
        version_of(*MAKERS, *(each.module for each in TRANSFORMS.values())),
        *map(reference.digest, sorted(reference.known())),
    ]
    return hash_of(parts)[:12]
