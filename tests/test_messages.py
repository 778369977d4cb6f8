"""The words of the reports: as many in each language, about the same figures."""

import re
from collections.abc import Mapping

import pytest

from trellis_cfg.messages import BANNER, LANGUAGES, find_language
from trellis_cfg.preview.messages import ENDLESS, HANGING, HEADINGS, PICTURE, PREVIEW
from trellis_cfg.preview.plot import WORDS

HOLES = r"{(\w*)"


def entries(words: object) -> Mapping[str, str]:
    return words if isinstance(words, Mapping) else words._asdict()  # type: ignore[attr-defined]


CATALOGUE = {"banner": BANNER, "preview": PREVIEW, "columns": HEADINGS, "picture": PICTURE}


@pytest.mark.parametrize("words", CATALOGUE.values(), ids=CATALOGUE)
def test_each_language_says_the_same(words: Mapping[str, object]) -> None:
    english, chinese = entries(words["en"]), entries(words["zh"])
    assert tuple(words) == LANGUAGES
    assert english.keys() == chinese.keys()
    for key, text in english.items():
        assert text.strip(), key
        assert sorted(re.findall(HOLES, text)) == sorted(re.findall(HOLES, chinese[key])), key


def test_a_picture_has_all_its_words() -> None:
    assert set(PICTURE["en"]) == set(WORDS)


def test_chinese_is_chinese() -> None:
    for text in [*BANNER["zh"], *PREVIEW["zh"]]:
        assert re.search("[\u4e00-\u9fff]", text) or text == "epoch", text
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
def test_the_locale_asks_for_a_language(environment: dict[str, str], expected: str | None) -> None:
    assert find_language(environment) == expected
