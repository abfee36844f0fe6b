"""What is published beside the tables themselves: descriptions for people and catalogues, and the tables in other formats.

``descriptor``, ``dcat``, ``csvw`` and ``citation`` say what there is, ``licences`` under which terms; ``metadata`` writes that
down. ``tables`` and ``geo`` write formats, ``export`` makes a folder of them, and ``place`` puts it where readers are.
"""
