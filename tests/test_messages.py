"""The texts of reports and previews: the same keys and figures in each language."""

import re
from collections.abc import Mapping

import pytest

from trellis_cfg.messages import LANGUAGES, TRAINING, find_language
from trellis_cfg.preview.messages import ENDLESS, HANGING, HEADINGS, PICTURE, PREVIEW

HOLES = r"{(\w*)"


def entries(texts: object) -> Mapping[str, str]:
    return texts if isinstance(texts, Mapping) else texts._asdict()  # type: ignore[attr-defined]


CATALOG = {"training": TRAINING, "preview": PREVIEW, "columns": HEADINGS, "picture": PICTURE}


@pytest.mark.parametrize("texts", CATALOG.values(), ids=CATALOG)
def test_languages_have_the_same_texts(texts: Mapping[str, object]) -> None:
    english, chinese = entries(texts["en"]), entries(texts["zh"])
    assert tuple(texts) == LANGUAGES
    assert english.keys() == chinese.keys()
    for key, text in english.items():
        assert text.strip(), key
        assert sorted(re.findall(HOLES, text)) == sorted(re.findall(HOLES, chinese[key])), key


def test_chinese_is_chinese() -> None:
    for text in [*PREVIEW["zh"], *TRAINING["zh"][2:]]:
        assert re.search("[\u4e00-\u9fff，；]", text) or text == "epoch", text
    assert tuple(ENDLESS) == tuple(HANGING) == LANGUAGES


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, None),
        ({"LANG": "C.UTF-8"}, None),
        ({"LANG": "POSIX"}, None),
        ({"LANG": "de_DE.UTF-8"}, None),
        ({"LANG": "en_US.UTF-8"}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_TW"}, "zh"),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LC_MESSAGES": "en_US.UTF-8"}, "en"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, None),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": ""}, "zh"),
    ],
)
def test_find_language(environment: dict[str, str], expected: str | None) -> None:
    assert find_language(environment) == expected
