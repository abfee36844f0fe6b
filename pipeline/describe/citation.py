"""``CITATION.cff``: how to refer to a release in a paper or a report.

Belongs here: the Citation File Format. Does not belong here: what is cited (descriptor).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml

FILE = "CITATION.cff"


def citation(package: Mapping[str, Any]) -> str:
    """The citation of a package, in Citation File Format 1.2."""
    publisher = package["contributors"][0]
    cited = {
        "cff-version": "1.2.0",
        "message": "Wie deze gegevens gebruikt, verwijst zo naar deze uitgave en noemt de bronnen die tabel bron opsomt.",
        "type": "dataset",
        "title": package["title"],
        "version": package["version"],
        "date-released": package["created"][:10],
        "authors": [{"name": publisher["title"], **{to: publisher[key] for key, to in _CONTACT.items() if key in publisher}}],
        "abstract": package["description"],
        "keywords": package["keywords"],
    }
    return yaml.safe_dump(cited, allow_unicode=True, sort_keys=False, width=100)


_CONTACT = {"email": "email", "path": "website"}
