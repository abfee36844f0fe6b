"""Dagster's web server, with a guard before it.

Belongs here: putting the guard (``guard``) around the app that Dagster makes. Does not belong here: whom it turns away.

``create_app_from_workspace_process_context`` is not public: ``tests/assets/test_ui.py`` fails when a new Dagster no longer
uses it.
"""

from __future__ import annotations

from typing import Any

from dagster_webserver import cli

from assets.local.guard import Guard


def main() -> None:
    """Run ``dagster-webserver`` with the arguments of this process."""
    make = cli.create_app_from_workspace_process_context

    def guarded(*arguments: Any, **options: Any) -> Guard:
        return Guard(make(*arguments, **options))

    cli.create_app_from_workspace_process_context = guarded
    cli.main()


if __name__ == "__main__":
    main()
