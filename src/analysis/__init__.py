"""Score, compare, audit and publish a government assessment.

Floors, each importing only from those before it: texts, problems, rounding, versions, storage; data; cluster; exchange;
scoring; methods; exhibits; site and documents, which do not know each other; commands; desk; cli.
"""

__version__ = "0.1.0"
