"""The entry for SchemaStore, and the schema that it names."""

import json
from fnmatch import fnmatch
from typing import Any

import pytest

from tests.docs.blocks import ROOT
from trellis_cfg.models.json_schema import SCHEMA_STORE

pytestmark = pytest.mark.slow


def read(name: str) -> Any:  # noqa: ANN401  JSON
    return json.loads((ROOT / "schemas" / name).read_bytes())


def test_the_entry_names_the_schema_by_its_id() -> None:
    entry, schema = read("schemastore.json"), read("config.draft-07.schema.json")
    assert entry["url"] == schema["$id"] == SCHEMA_STORE
    assert entry.keys() == {"name", "description", "fileMatch", "url"}
    assert schema["$schema"] == "http://json-schema.org/draft-07/schema#"


@pytest.mark.parametrize(
    ("path", "is_matched"),
    [
        ("ss_vae.trellis.json", True),
        ("/home/TRELLIS/configs/vae/ss_vae.json", True),
        ("/home/TRELLIS.2/configs/gen/a.json", True),
        ("/home/project/configs/a.json", False),
        ("/home/project/config.json", False),
        ("package.json", False),
    ],
)
def test_only_files_of_trellis_match(path: str, *, is_matched: bool) -> None:
    assert (
        any(fnmatch(path, pattern) for pattern in read("schemastore.json")["fileMatch"])
        == is_matched
    )
