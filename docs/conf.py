"""How `make docs` builds the pages: Sphinx reads the Markdown as it stands, so that the same files are read on GitHub.

The project's folder is the source, so that a link from a page to README.md or to a line of code is the same in both. Nothing
in a built page is fetched from elsewhere.
"""

import re

from sphinx.application import Sphinx

project = "Passend onderwijs open data"
root_doc = "docs/index"
extensions = ["myst_parser"]
include_patterns = ["docs/**.md", "README.md", "SECURITY.md", "CHANGELOG.md", "CONTRIBUTING.md"]
# folders that need not be searched for pages
exclude_patterns = [".*", "build", "data", "site"]
myst_heading_anchors = 4
# a block without a language is no Python
highlight_language = "none"

html_theme = "furo"
html_title = project
html_copy_source = False
html_show_copyright = False
html_additional_pages = {"index": "to-docs.html"}
templates_path = ["_templates"]
html_static_path = ["_static"]
html_css_files = ["pages.css"]


def contents(_: Sphinx, page: str, source: list[str]) -> None:
    """The table of contents at the side is the lists of links on the pages named index: a caption per heading."""
    if page.endswith("/index"):
        for heading, body in re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", source[0], re.MULTILINE | re.DOTALL):
            links = "\n".join(re.findall(r"^- \[.+?\]\((\S+?)\.md\)", body, re.MULTILINE))
            source[0] += f"\n\n```{{toctree}}\n:hidden:\n:caption: {heading}\n\n{links}\n```\n"


def setup(app: Sphinx) -> None:
    app.connect("source-read", contents)
