"""Samenwerkingsverbanden op de kaart: a release as a static site that opens from disk and from any web server.

Belongs here: what the site's data files hold (``sql/``, ``figures``, ``regions``, ``downloads``, ``files``), how they are written
(``pages``, ``scripts``) and putting a whole site in place (``build``). Does not belong here: what the site looks like, which
is ``site/`` at the top of the project; ``bundle/`` is made from it.
"""
