"""One module per command: its options, and what it shows. A module that stands here is a command."""
