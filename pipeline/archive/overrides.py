"""Manual override: use a file that was refused for drift, with a recorded reason.

Belongs here: what may be accepted, and the note that says so, beside the payload. Does not belong here: refusing (admission), and
taking what was accepted into use (fetch, at the next look).
"""

from __future__ import annotations

from datetime import UTC, datetime

from pipeline.archive.archive import Archive
from pipeline.archive.looks import Looks
from pipeline.errors import SettingsError
from pipeline.registries.files import SourceFile

ACCEPTED = "accepted"


def accept(dataset: str, archive: Archive, reason: str, now: datetime) -> list[SourceFile]:
    """Accept the refused files of a dataset, exactly these bytes, for ``reason``. Returns them.

    Raises SettingsError when no reason is given, nothing is refused, or what is refused can never be accepted.
    """
    if not reason.strip():
        raise SettingsError(f"say why {dataset} may be used as it is: --reason is kept beside the file and shown in table bron")
    refused = [file for known in Looks(archive, dataset).known().values() for file in known.refused]
    if not refused:
        raise SettingsError(f"nothing of {dataset} is refused, so there is nothing to accept; `passend sources` lists what is")
    files = {file.sha256: file for file in refused if file.acceptable}
    if not files:
        shown = "; ".join(f"{file.name} ({file.reason})" for file in refused[:3])
        raise SettingsError(
            f"{dataset}: this can never be accepted: {shown}. Only a file that reads as its contract says, and differs "
            "much from the one before, can be. It must be put right upstream, or in the catalogue or the contract"
        )
    if not (new := [file for file in files.values() if not accepted(archive, dataset, file.sha256)]):
        raise SettingsError(f"what is refused of {dataset} has been accepted already; `passend run` takes it into use")
    for file in new:
        archive.write_note(dataset, file.sha256, ACCEPTED, {
            "sha256": file.sha256, "bytes": file.bytes, "name": file.name, "url": file.url, "refused_because": file.reason,
            "reason": reason.strip(), "accepted_at": now.astimezone(UTC).isoformat(timespec="seconds"),
        })  # fmt: skip
    return new


def accepted(archive: Archive, dataset: str, sha256: str) -> str | None:
    """Return when and why a person accepted these bytes, in words; None when nobody did."""
    note = archive.note(dataset, sha256, ACCEPTED)
    return f"accepted on {note['accepted_at'][:10]}: {note['reason']}" if note else None
