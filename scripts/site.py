"""A hook of mkdocs: the pages of the rules, and the repository once it has an address."""

from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig

from trellis_cfg import __url__

INDEX = "rules.md"


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Put the pages below the index of the rules, and set the address."""
    if __url__:
        config.repo_url, config.repo_name = __url__, config.site_name
    pages = sorted(path.name for path in Path(config.docs_dir, "rules").glob("*.md"))
    for section in config.nav or []:
        for entry in next(iter(section.values())):
            if isinstance(entry, dict) and entry.get("Rules") == INDEX:
                entry["Rules"] = [INDEX, *(f"rules/{name}" for name in pages)]
    return config
