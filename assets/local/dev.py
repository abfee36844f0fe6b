"""``dagster dev``, whose helper processes end with it, and whose web server has a guard.

Belongs here: running Dagster's own command so. Does not belong here: its settings and its arguments (``ui``).
"""

from __future__ import annotations

import sys

from assets.local.tied import tie_what_is_started


def main() -> None:
    """Run ``dagster dev`` with the arguments of this process."""
    tie_what_is_started()
    from dagster._cli.dev import dev_command

    sys.argv[0] = "dagster dev"
    dev_command()


if __name__ == "__main__":
    main()
