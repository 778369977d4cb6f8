"""A hook of mkdocs: the site links to the repository as soon as pyproject.toml has its URL."""

import sys
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

PROJECT = Path(__file__).parents[1] / "pyproject.toml"


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Set the repository of the site to `Repository` of the project's URLs."""
    project = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]
    config.repo_url = project["urls"].get("Repository")
    config.repo_name = project["name"]
    return config
