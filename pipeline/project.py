"""What a project consists of, put together and checked against itself: catalogue, contracts and models.

Belongs here: which table is made from which. Does not belong here: making one (run).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from pipeline.contracts.contract import Contract
from pipeline.contracts.loading import load_contracts
from pipeline.curated.models import Model, load_models
from pipeline.curated.questions import Question, load_questions
from pipeline.errors import SettingsError
from pipeline.registries.catalogue import Registry, load_catalogue

# the column with the day of an edition
EDITION = "editie"


@dataclass(frozen=True)
class Project:
    """What does not change while a process lives: catalogue, contracts and models, checked against each other."""

    catalogue: Mapping[str, Registry]
    staging: Mapping[str, Contract]
    curated: Mapping[str, Contract]
    models: Mapping[str, Model]
    questions: Sequence[Question]

    @classmethod
    def load(cls, models: Path) -> Project:
        """Load the project whose queries stand in ``models``, a folder per subject. Raises SettingsError."""
        staging, curated = load_contracts("staging"), load_contracts("curated")
        catalogue = load_catalogue()
        _require_contracts(catalogue, staging)
        return cls(catalogue, staging, curated, load_models(models, curated, staging), load_questions(models))

    def contract(self, table: str) -> Contract:
        return self.staging[table] if table in self.staging else self.curated[table]

    @cached_property
    def feeders(self) -> dict[str, Registry]:
        """The registry that feeds each staging table."""
        return {registry.feeds: registry for registry in self.catalogue.values()}

    @cached_property
    def boundaries(self) -> dict[str, list[str]]:
        """By staging table, the columns with days on which something begins or ends.

        What a registry that keeps its editions does not date itself begins with the edition that first shows it. An edition that
        takes the place of the last is no beginning: the days are in its rows, unless it has none but the years that it counts.
        """
        found = {}
        for table, contract in self.staging.items():
            dates = [each.name for each in contract.fields if each.type == "date"]
            own = [each for each in dates if each != EDITION]
            counts = any(each.columns for each in contract.fields)
            found[table] = own if self.feeders[table].editions == "replaced" and (own or not counts) else dates
        return {table: columns for table, columns in found.items() if columns}

    def upstream(self, table: str) -> list[str]:
        """Return the tables that a table is made from; of one that reads the run's bookkeeping, that is every staging table."""
        if table in self.staging:
            return []
        model = self.models[table]
        return sorted(model.depends | (self.staging.keys() if model.bookkeeping else set()))

    @cached_property
    def needed(self) -> dict[str, frozenset[str]]:
        """Each table with every table it is made from, however far back."""
        found = {table: frozenset({table}) for table in self.staging}
        for table in self.models:  # each comes after what it reads
            found[table] = frozenset({table}).union(*(found[each] for each in self.upstream(table)))
        return found

    @cached_property
    def datasets(self) -> dict[str, list[str]]:
        """The registries that the rows of each curated table come from. The day of a run is no source of a row."""
        found = {table: frozenset({registry.name}) for table, registry in self.feeders.items()}
        for table, model in self.models.items():  # each comes after what it reads
            read = model.depends | (self.staging.keys() if model.bookkeeping - {"dag"} else set())
            found[table] = frozenset().union(*(found.get(each, frozenset()) for each in read))
        return {table: sorted(found[table]) for table in self.models}


def _require_contracts(catalogue: Mapping[str, Registry], staging: Mapping[str, Contract]) -> None:
    """Raise SettingsError for a registry that feeds a table without a contract."""
    for registry in catalogue.values():
        if registry.feeds not in staging:
            raise SettingsError(
                f"catalogue entry {registry.name!r} feeds {registry.feeds!r}, which has no contract in "
                f"expectations/staging/; add {registry.feeds.removeprefix('stg_')}.yaml there or correct `feeds`"
            )
