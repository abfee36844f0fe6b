"""This project's queries, with the catalogue and the contracts that they belong to.

Belongs here: where the queries lie. Does not belong here: Dagster, so that what needs only the tables imports none of it.
"""

from pathlib import Path

from pipeline.project import Project

MODELS = Path(__file__).with_name("sql")


def load_project() -> Project:
    """Load catalogue, contracts and models of this project. Raises SettingsError where they contradict each other."""
    return Project.load(MODELS)
