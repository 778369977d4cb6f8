"""The server as an editor meets it: a process, and messages on its streams."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.cases import FOLDER
from tests.cases.test_cases import CASES, PROGRAM, run
from tests.cases.test_fixes import CASES as FIXES
from trellis_cfg.diagnostics import Range
from trellis_cfg.document.edits import Edit, apply_edits

pytest.importorskip("pygls", reason="the server needs the extra lsp")

from lsprotocol import types

from tests.server.client import Client, Message, locate
from trellis_cfg.server.documents import Positions

ROOT = Path(__file__).parents[2]
CONFIG = ROOT / "configs/vae/ss_vae_conv3d_16l8_fp16.json"
TEXT = CONFIG.read_text("utf-8")
SIZED = "gpus = 4\ndataset-size = 100000\n"
SMALL = {
    "models": {"net": {"name": "Net", "args": {"width": 1}}},
    "dataset": {"name": "Data", "args": {}},
    "trainer": {"name": "Own", "args": {"max_steps": 10, "i_save": 5, "batch_size_per_gpu": 1}},
}
CODE = {
    "train.py": """
from pack import datasets, models, trainers
def main(cfg):
    data = getattr(datasets, cfg.dataset.name)(cfg.data_dir, **cfg.dataset.args)
    nets = {key: getattr(models, each.name)(**each.args) for key, each in cfg.models.items()}
    trainer = getattr(trainers, cfg.trainer.name)(nets, data, **cfg.trainer.args, output_dir=1)
    trainer.run()
""",
    "pack/__init__.py": "",
    "pack/datasets/__init__.py": "class Data:\n    def __init__(self, root):\n        pass\n",
    "pack/models/__init__.py": "class Net:\n    def __init__(self, width):\n        pass\n",
    "pack/trainers/__init__.py": """
class Own:
    def __init__(self, nets, data, *, output_dir, max_steps, i_save=10,
                 batch_size_per_gpu=None, mode="a"):
        self.max_steps = max_steps
""",
}


def dump(value: object) -> str:
    return json.dumps(value, indent=4) + "\n"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    for name, text in CODE.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (tmp_path / "configs").mkdir()
    (tmp_path / "configs/own.json").write_text(dump(SMALL))
    return tmp_path


def codes(problems: list[Message]) -> list[str]:
    return [problem["code"].partition(" ")[0] for problem in problems]


def to_places(finding: Message, text: str) -> tuple[object, ...]:
    """Return a finding of ``check`` as the diagnostic that an editor shows."""
    start, end = finding["range"]["start"], finding["range"]["end"]
    column = max(end["column"], start["column"] + (start["line"] == end["line"]))
    place = Range(start["line"], start["column"], end["line"], column)
    span = Positions(text, "utf-16").find_place(place)
    ends = (span.start.line, span.start.character, span.end.line, span.end.character)
    return finding["code"], finding["severity"], ends


def to_findings(problems: list[Message]) -> list[tuple[object, ...]]:
    severities = {1: "error", 2: "warning", 3: "note"}
    return sorted(
        (
            problem["code"].partition(" ")[0],
            severities[problem["severity"]],
            tuple(
                problem["range"][at][name]
                for at in ("start", "end")
                for name in ("line", "character")
            ),
        )
        for problem in problems
    )


@pytest.mark.slow
def test_an_editor_shows_what_check_reports_at_the_same_places(tmp_path: Path) -> None:
    everything = shutil.copytree(FOLDER, tmp_path / "cases")
    home = tmp_path / "home"
    home.mkdir()
    compared = 0
    with Client(everything) as client:
        for case in (*CASES, *FIXES):
            folder = everything / case.relative_to(FOLDER)
            done = run([*PROGRAM, "check", "--output-format", "json", "."], folder, home)
            report = json.loads(done.stdout) if done.stdout else {"findings": []}
            for path in sorted(folder.rglob("*.json")):
                if path.is_dir():
                    continue
                text = path.read_bytes().decode("utf-8", "surrogatepass")
                name = str(path.relative_to(folder))
                findings = [each for each in report["findings"] if each["path"] == name]
                problems = client.open(path.as_uri(), text)
                expected = sorted(to_places(each, text) for each in findings)
                assert to_findings(problems) == expected, path
                compared += len(findings)
    assert compared > 100


def test_what_is_typed_is_checked_in_the_units_of_the_client() -> None:
    uri = CONFIG.as_uri()
    broken = TEXT.replace('"i_save"', '"_😀": "é", "i_sav"').replace(
        '"batch_split": 1', '"batch_split": 3'
    )
    for encoding in ("utf-8", "utf-16", "utf-32"):
        capabilities = {"general": {"positionEncodings": [encoding]}}
        with Client(CONFIG.parent, capabilities=capabilities) as client:
            assert client.initialized["capabilities"]["positionEncoding"] == encoding
            assert client.open(uri, TEXT) == []
            problems = client.change(uri, broken, 2)
            problem = next(each for each in problems if '"i_sav"' in each["message"])
            start = locate(broken, '"i_sav"', encoding, into=0)
            assert problem["range"]["start"] == start
            assert problem["range"]["end"] == locate(broken, '"i_sav"', encoding, into=7)
            hover = client.ask("hover", uri, locate(broken, '"i_sav"', encoding))
            assert "TC502 unknown-argument" in hover["contents"]["value"]
            actions = client.list_actions(uri, problem["range"], "quickfix")
            assert [each["title"] for each in actions] == ['Rename "i_sav" to "i_save" (unsafe)']
            fixed = apply(broken, actions[0]["edit"]["changes"][uri], encoding)
            assert fixed == broken.replace('"i_sav"', '"i_save"')


def apply(text: str, edits: list[Message], encoding: str = "utf-16") -> str:
    """Return a text with the edits of a client applied."""
    positions = Positions(text, encoding)

    def find(position: Message) -> int:
        return positions.find_offset(types.Position(position["line"], position["character"]))

    changes = [
        Edit(find(each["range"]["start"]), find(each["range"]["end"]), each["newText"])
        for each in edits
    ]
    return apply_edits(text, changes)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
def test_positions_and_offsets_are_inverse(encoding: str) -> None:
    text = "\ufeffa😀\r\né\u2028ß\r\ud800\n"
    positions = Positions(text, encoding)
    inside = text.index("\n")  # between CR and LF, there is no position
    for offset in set(range(len(text) + 1)) - {inside}:
        assert positions.find_offset(positions.find_position(offset)) == offset
    assert positions.find_offset(types.Position(99, 0)) == len(text)
    assert positions.find_offset(types.Position(0, 99)) == text.index("\r")
    assert positions.find_position(len(text)).line == 3
    assert positions.find_place(Range(1, 1, 1, 2)) == positions.find_range(1, 2)


def test_all_safe_fixes_are_one_action() -> None:
    uri = CONFIG.as_uri()
    broken = TEXT.replace('"batch_split": 1', '"batch_split": 1.0').replace(
        '"i_log": 500', '"batch_size": 7, "i_log": 500'
    )
    start = {"line": 0, "character": 0}
    place = {"start": start, "end": start}
    with Client(CONFIG.parent) as client:
        assert codes(client.open(uri, broken)) == ["TC005", "TC203"]
        for only in (["source"], ["source.fixAll"], []):
            (action,) = client.list_actions(uri, place, *only)
            assert (action["title"], action["kind"]) == ("Fix all (safe)", "source.fixAll")
            fixed = apply(broken, action["edit"]["changes"][uri])
        assert client.change(uri, fixed, 2) == []
        assert client.list_actions(uri, place, "refactor") == []


def test_hover_and_definition_know_the_code(checkout: Path) -> None:
    path = checkout / "configs/own.json"
    text, uri = path.read_text(), path.as_uri()
    with Client(checkout) as client:
        assert client.open(uri, text) == []
        for piece, said, line in (
            ('"Own"', "Defined in `pack/trainers/__init__.py:2`", 1),
            ('"i_save"', "Default: `10`", 2),
            ('"width"', "Required.", 1),
            ('"trainer"', "How to train", None),
            ('"name"', "The class to build.", None),
        ):
            hover = client.ask("hover", uri, locate(text, piece))
            assert said in hover["contents"]["value"]
            place = client.ask("definition", uri, locate(text, piece))
            if line is not None:
                assert place["range"]["start"] == {"line": line, "character": 0}
                assert Path(place["uri"].removeprefix("file://")).is_file()
        assert client.ask("hover", uri, {"line": 99, "character": 0}) is None
        assert client.ask("hover", uri, locate(text, "10")) is None
        typed = text.replace('"i_save": 5', '"i_save": ')
        assert codes(client.change(uri, typed, 2)) == ["TC001"]
        hover = client.ask("hover", uri, locate(typed, '"max_steps"'))
        assert "argument of `Own`" in hover["contents"]["value"]


ARGS = '"args": {"max_steps": 10, '
COMPLETIONS = (
    (f'{{"trainer": {{"name": "Own", {ARGS}"|', "mode", '"mode": "a"'),
    (f'{{"trainer": {{"name": "Own", {ARGS}"mo|" "i_save": 5}}}}}}', "mode", '"mode": "a",'),
    (f'{{"trainer": {{"name": "Own", {ARGS}|}}}}}}', "batch_size_per_gpu", None),
    (f'{{"trainer": {{"name": "Own", {ARGS}"m|": 1}}}}}}', "mode", '"mode"'),
    ('{"trainer": {"name": "|"}}', "Own", '"Own"'),
    ('{"trainer": {"name": |', "Own", '"Own"'),
    ('{"models": {"net": {"name": "Net", "|', "args", '"args": '),
    ('{"trainer": {}, "|', "dataset", '"dataset": '),
    ('{"dataset": {"name": "Data", "args": {}}]], "|', "trainer", '"trainer": '),
    ('{"trainer": {"name": "Own", "args": {"optimizer": {"name": "Ad|', "AdamW", '"AdamW"'),
    ('{"trainer": {"name": "Own", "args": {"max_steps": |', "", ""),
    ('{"trainer": {"name": "Own"} |', "", ""),
    ('{"trainer": {"other": {"|', "", ""),
    ('{"models": {"|', "", ""),
    ('["trainer", {"a": [1, "|', "", ""),
    ("|", "", ""),
)


def test_completion(checkout: Path) -> None:
    with Client(checkout) as client:
        for number, (typed, label, inserted) in enumerate(COMPLETIONS):
            text = typed.replace("|", "")
            uri = (checkout / f"configs/{number}.json").as_uri()
            client.open(uri, text)
            position = locate(typed, "|", into=0)
            items = {each["label"]: each for each in client.ask("completion", uri, position) or ()}
            assert (label in items) == bool(label), typed
            assert label or not items, typed
            assert "max_steps" not in items
            if label and inserted:
                assert items[label]["textEdit"]["newText"] == inserted
                assert items[label]["insertTextFormat"] == 1


def test_a_hint_says_when_the_training_stops(checkout: Path) -> None:
    path, uri = CONFIG, CONFIG.as_uri()
    whole = {"start": {"line": 0, "character": 0}, "end": {"line": 99, "character": 0}}
    with Client(path.parent) as client:
        client.open(uri, TEXT)
        (hint,) = client.request("textDocument/inlayHint", textDocument={"uri": uri}, range=whole)
        assert hint["label"].startswith("stops after 1,000,000 steps")
        assert hint["position"] == locate(TEXT, '"trainer"', into=9)
        endless = TEXT.replace("1000000", "null", 1)
        assert "TC101" in codes(client.change(uri, endless, 2))
        asked: Message = {"textDocument": {"uri": uri}, "range": whole}
        assert client.request("textDocument/inlayHint", **asked) == []
    copy = checkout / "configs/known.json"
    (checkout / "trellis-cfg.toml").write_text(SIZED)
    args = {"max_steps": 105200, "i_save": 5, "batch_size_per_gpu": 5}
    text = dump({**SMALL, "trainer": {"name": "Own", "args": args}})
    with Client(checkout) as client:
        client.open(copy.as_uri(), text)
        asked = {"textDocument": {"uri": copy.as_uri()}, "range": whole}
        (hint,) = client.request("textDocument/inlayHint", **asked)
        assert hint["label"].startswith("stops after 105,200 steps, 21.04 epochs")


@pytest.mark.parametrize("is_watching", [True, False])
def test_a_change_of_code_or_settings_shows_without_a_restart(
    checkout: Path, *, is_watching: bool
) -> None:
    path, code = checkout / "configs/own.json", checkout / "pack/trainers/__init__.py"
    text, uri = path.read_text(), path.as_uri()
    watching = {"didChangeWatchedFiles": {"dynamicRegistration": True}}
    refreshing = {"inlayHint": {"refreshSupport": True}}
    capabilities = {"workspace": {**refreshing, **(watching if is_watching else {})}}
    with Client(checkout, capabilities=capabilities) as client:

        def tell(changed: Path) -> None:
            if is_watching:
                changes = [{"uri": changed.as_uri(), "type": 2}]
                client.notify("workspace/didChangeWatchedFiles", changes=changes)

        assert client.open(uri, text) == []
        registered = [
            each["method"] for each in client.received if "id" in each and "method" in each
        ]
        assert registered == ["client/registerCapability"] * is_watching
        code.write_text(code.read_text().replace("i_save=10", "every=10"))
        tell(code)
        assert codes(client.wait_for_problems(uri, 1)) == ["TC502"]
        settings = checkout / "trellis-cfg.toml"
        settings.write_text('ignore = ["TC502"]\n')
        tell(settings)
        assert client.wait_for_problems(uri, 1) == []
        settings.write_text('ignore = "TC502"\n')
        tell(settings)
        message = client.wait(lambda each: each.get("method") == "window/showMessage")
        assert "ignore must be a list of strings" in message["params"]["message"]
        settings.unlink()
        shutil.rmtree(checkout / "pack/trainers")
        tell(code)
        last = client.wait_for_problems(uri, 1)
        assert codes(last) != ["TC502"]


def test_several_folders_have_their_own_settings(tmp_path: Path) -> None:
    bad = TEXT.replace('"i_save"', '"i_sav"')
    folders = [tmp_path / "first", tmp_path / "second"]
    for folder in folders:
        folder.mkdir()
    (folders[1] / "trellis-cfg.toml").write_text('[per-file-ignores]\n"a.json" = ["TC502"]\n')
    with Client(*folders) as client:
        assert "TC502" in codes(client.open((folders[0] / "a.json").as_uri(), bad))
        assert client.open((folders[1] / "a.json").as_uri(), bad) == []
        client.notify("workspace/didChangeWorkspaceFolders", event={"added": [], "removed": []})
        assert "TC502" in codes(client.wait_for_problems((folders[0] / "a.json").as_uri(), 1))


def test_only_configs_are_checked(tmp_path: Path) -> None:
    (tmp_path / "trellis-cfg.toml").write_text(
        'exclude = ["old"]\npaths = ["listed.json"]\nbaseline = "known.json"\n'
    )
    (tmp_path / "known.json").write_text('{"version": 1, "findings": []}')
    with Client(tmp_path) as client:
        for name, text, expected in (
            ("package.json", '{"name": "x", }', []),
            ("plain.json", '{"name": 1, "name": 2}', []),
            ("old/a.json", '{"trainer": }', []),
            ("listed.json", "{", ["TC001"]),
            ("a.json", '{"trainer": {"name": "X", "args": {}}, }', ["TC001"]),
            ("empty.json", "", []),
            ("words.json", "trainer", []),
        ):
            assert codes(client.open((tmp_path / name).as_uri(), text)) == expected, name
        untitled = "untitled:Untitled-1"
        assert "TC101" in codes(client.open(untitled, TEXT.replace("1000000", "null", 1)))
        client.notify("textDocument/didClose", textDocument={"uri": untitled})
        assert client.wait_for_problems(untitled) == []


def test_what_no_editor_should_send_ends_nothing(tmp_path: Path) -> None:
    uri = (tmp_path / "gone.json").as_uri()
    start = {"line": 0, "character": 0}
    with Client(tmp_path) as client:
        client.send({"id": 70, "method": "textDocument/hover", "params": {"wrong": 1}})
        client.wait(lambda each: "Invalid Params" in str(each))
        assert "error" in client.respond("textDocument/nothing")
        assert client.ask("hover", uri, start) is None
        assert client.ask("completion", "http://a/b", start) is None
        for method in ("didChange", "didClose", "didSave", "didOpen"):
            client.notify(f"textDocument/{method}", textDocument={"uri": uri, "version": 1})
        client.type(uri, "{}", 1)
        document = {"uri": "git:/a.json", "languageId": "json", "version": 1, "text": "{"}
        client.notify("textDocument/didOpen", textDocument=document)
        assert codes(client.open(uri, '{"trainer": {"name": "\ud800\\u0007"}}')) != []
        assert client.ask("hover", uri, {"line": 5000, "character": 5000}) is None
        client.send({"id": 77, "method": "textDocument/hover", "params": None})
        client.notify("$/cancelRequest", id=77)
        assert client.change(uri, "[" * 3000, 2) == []
        assert client.change(uri, TEXT, 3) == []


def test_a_text_that_changes_at_once_is_checked_once(tmp_path: Path) -> None:
    uri = (tmp_path / "a.json").as_uri()
    with Client(tmp_path) as client:
        client.open(uri, TEXT)
        for version in range(2, 30):
            client.type(uri, TEXT, version)
        client.wait_for_problems(uri, 29)
        published: list[Any] = [
            each["params"]["version"] for each in client.received if "diagnostics" in str(each)
        ]
        assert published == [1, 29]
