"""New objects and arrays are laid out like their neighbors."""

import pytest

from trellis_cfg.document.document import Document
from trellis_cfg.rewrite.assign import assign, parse_assignment

OPTIMIZER = '{"name": "SGD", "args": {"lr": 1e-2, "x": [], "y": [[1], {}]}}'
CASES = {
    "four_spaces": (
        '{\n    "a": {\n        "b": 1\n    }\n}\n',
        (
            '{\n    "a": {\n        "b": 1,\n        "o": {\n            "name": "SGD",\n'
            '            "args": {\n                "lr": 1e-2,\n                "x": [],\n'
            '                "y": [\n                    [1],\n                    {}\n'
            "                ]\n            }\n        }\n    }\n}\n"
        ),
    ),
    "tabs_and_crlf": (
        '{\r\n\t"a": {\r\n\t\t"b": 1\r\n\t}\r\n}',
        (
            '{\r\n\t"a": {\r\n\t\t"b": 1,\r\n\t\t"o": {\r\n\t\t\t"name": "SGD",\r\n'
            '\t\t\t"args": {\r\n'
            '\t\t\t\t"lr": 1e-2,\r\n\t\t\t\t"x": [],\r\n\t\t\t\t"y": [\r\n\t\t\t\t\t[1],\r\n'
            "\t\t\t\t\t{}\r\n\t\t\t\t]\r\n\t\t\t}\r\n\t\t}\r\n\t}\r\n}"
        ),
    ),
    "one_line": (
        '{"a": {"b": 1}}',
        '{"a": {"b": 1, "o": {"name": "SGD", "args": {"lr": 1e-2, "x": [], "y": [[1], {}]}}}}',
    ),
    "colons_without_a_space": (
        '{"a":{"b":1}}',
        '{"a":{"b":1,"o":{"name":"SGD","args":{"lr":1e-2,"x":[],"y":[[1],{}]}}}}',
    ),
    "empty_parent": (
        '{\n  "a": {}\n}',
        (
            '{\n  "a": {\n    "o": {\n      "name": "SGD",\n      "args": {\n        "lr": 1e-2,\n'
            '        "x": [],\n        "y": [\n          [1],\n          {}\n        ]\n      }\n'
            "    }\n  }\n}"
        ),
    ),
}


@pytest.mark.parametrize("situation", CASES)
def test_object(situation: str) -> None:
    before, after = CASES[situation]
    wanted = parse_assignment(f"a.o={OPTIMIZER}")
    new = assign(Document(before.encode()), wanted)
    assert new.text == after
    null = assign(new, parse_assignment("a.o=null"))
    assert assign(null, wanted).text == after


def test_empty_object_in_a_flat_file() -> None:
    new = assign(Document(b'{"a": {}}'), parse_assignment("a.o={}"))
    assert new.text == '{"a": {"o": {}}}'
