"""What a person writes in YAML, as a model: the base class, and an error that names the key and the value.

Belongs here: what every such file has in common. Does not belong here: what one kind of file holds (contract, catalogue).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

# text over several lines, as one paragraph
Words = Annotated[str, AfterValidator(lambda text: " ".join(text.split()))]


class Written(BaseModel):
    """A part of a YAML file. It never changes, and a key that it does not know is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def explain(error: ValidationError, document: Any) -> str:
    """Return what is wrong with a document: each fault with its place, the key and the value."""
    return "; ".join(dict.fromkeys(_explain(each, document) for each in error.errors(include_url=False)))


def _explain(error: ErrorDetails, document: Any) -> str:
    loc, given = error["loc"], error["input"]
    match error["type"]:
        case "extra_forbidden":
            return f"{_place(loc[:-1], document)}unknown key {loc[-1]!r}"
        case "missing":
            return f"{_place(loc[:-1], document)}key {loc[-1]!r} is missing"
        case "literal_error" if loc[-1] == "[key]":
            return f"{_place(loc[:-2], document)}unknown key {given!r}; known are {error['ctx']['expected']}"
        case "literal_error":
            return f"{_place(loc, document)}{given!r} is unknown; known are {error['ctx']['expected']}"
        case "value_error":
            return f"{_place(loc, document)}{error['ctx']['error']}"
        case _:
            return f"{_place(loc, document)}{str(given)[:100]!r} cannot be used: {error['msg'][:1].lower()}{error['msg'][1:]}"


def _place(loc: Sequence[int | str], document: Any) -> str:
    """Return a place in words; an item of a list goes by its ``name`` where it has one, else by its number."""
    words, here = [], document
    for step in loc:
        try:
            here = here[step]
        except (KeyError, IndexError, TypeError):
            here = None
        name = here.get("name") if isinstance(here, Mapping) else None
        words.append(step if isinstance(step, str) else repr(name) if name else f"number {step + 1}")
    return f"{' '.join(words)}: " if words else ""
