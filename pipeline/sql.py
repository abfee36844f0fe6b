"""Text as it stands in SQL.

Belongs here: quoting. Does not belong here: queries and connections.
"""


def quoted(text: str) -> str:
    """Return a text as a literal of SQL."""
    return "'" + text.replace("'", "''") + "'"
