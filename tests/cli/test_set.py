"""``set`` and ``unset`` as a user sees them: changes and refusals."""

import shlex
import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import CONFIGS, VALID, Program, write


@pytest.fixture(autouse=True)
def shipped(project: Path) -> Path:
    """Write the seventeen configs."""
    shutil.copytree(CONFIGS, project / "configs")
    for path in (project / "configs").rglob("*.json"):
        path.chmod(0o644)
    return project


def texts(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in sorted(folder.rglob("*.json"))}


def test_nine_files_go_from_steps_to_epochs(shipped: Path, run: Program) -> None:
    before = texts(shipped / "configs/vae")
    result = run("set", "max_epoch=100", "max_steps=null", "configs/vae")
    assert (result.code, result.err) == (0, "9 of 9 configs changed.\n")
    assert len(result.out.splitlines()) == 9
    for name, text in texts(shipped / "configs/vae").items():
        steps = before[name].split('"max_steps": ')[1].split(",")[0]
        assert text == before[name].replace(f'"max_steps": {steps}', '"max_steps": null').replace(
            '"max_epoch": null', '"max_epoch": 100'
        )
    assert run("set", "max_epoch=100", "max_steps=null", "configs/vae").err == (
        "No changes needed in 9 configs.\n"
    )


def test_a_check_and_a_patch_change_nothing(shipped: Path, run: Program) -> None:
    before = texts(shipped)
    path = "configs/vae/ss_vae_conv3d_16l8_fp16.json"
    result = run("set", "i_save=5000", path, "--check")
    assert (result.code, result.out) == (1, f"would be changed {path}\n")
    assert (
        result.err == f"1 of 1 config would be changed. Next: trellis-cfg set i_save=5000 {path}\n"
    )
    result = run("set", "i_save=5000", path, "--diff")
    assert result.code == 1
    assert '-            "i_save": 10000,\n+            "i_save": 5000,\n' in result.out
    assert texts(shipped) == before


@pytest.mark.parametrize(
    "options",
    [
        ("--where", "dataset.name=TextConditionedSLat"),
        ("--after", "i_log"),
        ("--exclude", "generation", "--keep-going"),
        ("--force",),
    ],
)
def test_the_next_command_does_what_was_shown(
    options: tuple[str, ...], shipped: Path, run: Program
) -> None:
    before = texts(shipped)
    result = run("set", "i_save=5000", "i_new=1", "configs", *options, "--check")
    shown = {line.rpartition("/")[2] for line in result.out.splitlines()}
    following = result.err.splitlines()[0].partition("Next: ")[2]
    assert run(*shlex.split(following)[1:]).code == 0
    changed = {name for name, text in texts(shipped).items() if text != before[name]}
    assert changed == shown != set()


def test_only_where(run: Program) -> None:
    key = "dataset.args.max_num_voxels=30000"
    result = run(
        "set", key, "--where", "dataset.name=TextConditionedSLat", "--where", "max_epoch=null"
    )
    assert result.code == 0
    assert len(result.out.splitlines()) == 3
    assert result.err == "3 of 17 configs changed.\n"
    assert run("set", key, "--where", "dataset.name=SLatt").err == (
        "No changes needed in 17 configs.\nNo config matches dataset.name=SLatt.\n"
    )


def test_a_new_key_goes_after_another(shipped: Path, run: Program) -> None:
    path = shipped / "configs/vae/ss_vae_conv3d_16l8_fp16.json"
    scheduler = 'lr_scheduler={"name": "StepLR", "args": {"step_size": 400000}}'
    assert run("set", scheduler, str(path), "--after", "trainer.args.optimizer").code == 0
    added = (
        '            "lr_scheduler": {\n                "name": "StepLR",\n'
        '                "args": {\n                    "step_size": 400000\n'
        "                }\n            },\n"
    )
    assert path.read_text() == VALID.replace(
        '            "ema_rate"', f'{added}            "ema_rate"'
    )
    assert run("unset", "lr_scheduler", str(path)).code == 0
    assert path.read_text() == VALID


def test_an_edit_with_a_new_error_is_refused(shipped: Path, run: Program) -> None:
    before = texts(shipped)
    path = "configs/vae/ss_vae_conv3d_16l8_fp16.json"
    result = run("set", "batch_split=3", "max_steps=2000000", path)
    assert (result.code, result.out) == (2, "")
    assert result.err == (
        f"{path}:39:28: error[TC202] refused: batch_split 3 does not divide "
        "batch_size_per_gpu 4 (--force to apply anyway)\n"
        "Nothing was written: 1 of 1 config cannot be changed. See the error above.\n"
    )
    assert texts(shipped) == before
    assert run("set", "batch_split=3", path, "--force").code == 0
    assert '"batch_split": 3' in (shipped / path).read_text()
    assert run("set", "i_save=20000", path).code == 0  # the error is not new


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("set", "max_steps=null"), "TC101"),
        (("set", "max_step=5"), 'ignores "max_step"; did you mean "max_steps"?'),
        (("set", "save_every=5"), 'ignores "save_every"; did you mean "i_save"?'),
        (("set", "learning_rate=5"), "did you mean trainer.args.optimizer.args.lr?"),
        (("unset", "optimizer"), 'requires "optimizer"'),
        (("set", "optimizer.args.lr=5"), "did you mean trainer.args.optimizer.args.lr?"),
    ],
)
def test_nothing_is_written_if_one_is_refused(
    arguments: tuple[str, ...], message: str, shipped: Path, run: Program
) -> None:
    before = texts(shipped)
    assert run(*arguments, "configs/vae").refuses(message)
    assert texts(shipped) == before


@pytest.mark.parametrize(
    ("assignment", "finding"),
    [
        ("my_weight=0.5", 'warning[TC502] SparseSDF_VQVAETrainer ignores "my_weight"\n'),
        ("trainer.name=Mine", "note[TC501] Mine is not in TRELLIS, "),
    ],
)
def test_a_new_finding_is_shown(assignment: str, finding: str, run: Program) -> None:
    result = run("set", assignment, "configs/vae/ct_vqvae_stage1.json")
    assert result.code == 0
    assert result.err.startswith(f"1 of 1 config changed.\n{finding}")


def test_a_retired_key_is_removed_everywhere(shipped: Path, run: Program) -> None:
    result = run("unset", "fp16_scale_growth,i_ddpcheck")
    assert (result.code, result.err) == (0, "17 of 17 configs changed.\n")
    for text in texts(shipped).values():
        assert "fp16_scale_growth" not in text
        assert "i_ddpcheck" not in text
    assert run("unset", "i_sav").err == (
        'No changes needed in 17 configs.\nNo config has "i_sav"; did you mean "i_save"?\n'
    )


def test_stdin_to_stdout(pipe: Program) -> None:
    result = pipe("set", "i_save=5000", "-", stdin=VALID.encode())
    assert (result.code, result.out) == (0, VALID.replace('"i_save": 10000', '"i_save": 5000'))
    assert pipe("unset", "optimizer", "-", stdin=VALID.encode()).refuses(
        "stdin:35:9: error[TC503] refused"
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("set",), "nothing to set: write KEY=VALUE before the paths"),
        (("set", "configs", "a=1"), "nothing to set: write KEY=VALUE before the paths"),
        (("set", "a..b=1"), "'a..b' is not a valid key: one part is empty"),
        (("set", "a=True"), "'True' is not valid JSON: write true"),
        (("set", "a=1", "--where", "b"), "'b' is not a condition: write KEY=VALUE"),
        (("unset",), "Missing argument 'KEY[,KEY]...'"),
        (("unset", "a,,b"), "'' is not a valid key: one part is empty"),
    ],
)
def test_usage(arguments: tuple[str, ...], message: str, project: Path, run: Program) -> None:
    assert run(*arguments).refuses(message)
    assert project


def test_an_equals_sign_after_the_first_path(project: Path, run: Program) -> None:
    write(project, **{"a": VALID, "b=c": VALID})
    assert run("set", "i_save=5000", "a.json", "b=c.json").err == "2 of 2 configs changed.\n"
