"""Score, compare, audit and publish a government assessment.

Layers, each importing only from those before it:
facts, scoring, trends, evidence, figures, publishing, cli.
"""

__version__ = "0.1.0"
