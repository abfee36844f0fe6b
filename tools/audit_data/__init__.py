"""An independent recomputation of what a release says, in plain pandas, straight from the registries' files. `make audit-data`.

Belongs here: figures worked out a second time. Nothing here imports from pipeline/ or reads its SQL: what both got wrong in the
same way would look right. A figure is a function with ``@figure`` in one of the modules by subject.
"""
