"""``set`` and ``unset`` as a person sees them: what is changed, what is refused and why."""

import shlex
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Program, Ran, write

CONFIGS = Path(__file__).parents[2] / "configs"
SOUND = (CONFIGS / "vae/ss_vae_conv3d_16l8_fp16.json").read_text()


@pytest.fixture
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
    ran = run("set", "max_epoch=100", "max_steps=null", "configs/vae")
    assert (ran.code, ran.err) == (0, "9 of 9 configs changed.\n")
    assert len(ran.out.splitlines()) == 9
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
    ran = run("set", "i_save=5000", path, "--check")
    assert (ran.code, ran.out) == (1, f"would be changed {path}\n")
    assert ran.err == f"1 of 1 config would be changed. Next: trellis-cfg set i_save=5000 {path}\n"
    ran = run("set", "i_save=5000", path, "--diff")
    assert ran.code == 1
    assert '-            "i_save": 10000,\n+            "i_save": 5000,\n' in ran.out
    assert texts(shipped) == before


@pytest.mark.parametrize(
    "given",
    [
        ("--where", "dataset.name=TextConditionedSLat"),
        ("--after", "i_log"),
        ("--exclude", "generation", "--keep-going"),
        ("--force",),
    ],
)
def test_what_is_to_be_typed_next_does_what_was_shown(
    given: tuple[str, ...], shipped: Path, run: Program
) -> None:
    before = texts(shipped)
    ran = run("set", "i_save=5000", "i_new=1", "configs", *given, "--check")
    shown = {line.rpartition("/")[2] for line in ran.out.splitlines()}
    following = ran.err.splitlines()[0].partition("Next: ")[2]
    assert run(*shlex.split(following)[1:]).code == 0
    changed = {name for name, text in texts(shipped).items() if text != before[name]}
    assert changed == shown != set()


def test_only_where(shipped: Path, run: Program) -> None:
    key = "dataset.args.max_num_voxels=30000"
    ran = run(
        "set", key, "--where", "dataset.name=TextConditionedSLat", "--where", "max_epoch=null"
    )
    assert ran.code == 0
    assert len(ran.out.splitlines()) == 3
    assert ran.err == "3 of 17 configs changed.\n"
    assert run("set", key, "--where", "dataset.name=SLatt").err == (
        "No changes needed in 17 configs.\nNo config matches dataset.name=SLatt.\n"
    )
    assert shipped


def test_a_new_key_goes_after_another(shipped: Path, run: Program) -> None:
    path = shipped / "configs/vae/ss_vae_conv3d_16l8_fp16.json"
    scheduler = 'lr_scheduler={"name": "StepLR", "args": {"step_size": 400000}}'
    assert run("set", scheduler, str(path), "--after", "trainer.args.optimizer").code == 0
    added = (
        '            "lr_scheduler": {\n                "name": "StepLR",\n'
        '                "args": {\n                    "step_size": 400000\n'
        "                }\n            },\n"
    )
    assert path.read_text() == SOUND.replace(
        '            "ema_rate"', f'{added}            "ema_rate"'
    )
    assert run("unset", "lr_scheduler", str(path)).code == 0
    assert path.read_text() == SOUND


def test_an_edit_that_would_be_unsound_is_refused(shipped: Path, run: Program) -> None:
    before = texts(shipped)
    path = "configs/vae/ss_vae_conv3d_16l8_fp16.json"
    ran = run("set", "batch_split=3", "max_steps=2000000", path)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == (
        f"{path}:39:28: error[TC202] it would be unsound: a batch of 4 cannot be split by 3: "
        "batch_split must divide batch_size_per_gpu (--force does it all the same)\n"
        "Nothing was written: 1 of 1 config cannot be changed. Mend that, or add --keep-going "
        "for the others.\n"
    )
    assert texts(shipped) == before
    assert run("set", "batch_split=3", path, "--force").code == 0
    assert '"batch_split": 3' in (shipped / path).read_text()
    assert run("set", "i_save=20000", path).code == 0  # it was unsound before


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("set", "max_steps=null"), "TC101"),
        (("set", "max_step=5"), 'ignores "max_step"; did you mean "max_steps"?'),
        (("unset", "optimizer"), 'requires "optimizer"'),
        (("set", "trainer.arg.i_save=5"), 'there is no trainer.arg; did you mean "args"?'),
        (("set", "optimizer.args.lr=5"), "did you mean trainer.args.optimizer.args.lr?"),
    ],
)
def test_nothing_is_written_where_one_is_refused(
    arguments: tuple[str, ...], told: str, shipped: Path, run: Program
) -> None:
    before = texts(shipped)
    ran = run(*arguments, "configs/vae")
    assert (ran.code, ran.out) == (2, "")
    assert told in ran.err
    assert texts(shipped) == before


def test_the_others_are_written_with_keep_going(shipped: Path, run: Program) -> None:
    write(shipped / "configs", broken="{")
    ran = run("set", "i_log=250", "--keep-going")
    assert ran.code == 2
    assert len(ran.out.splitlines()) == 17
    assert "1 refused" in ran.err


def test_a_new_warning_is_told(shipped: Path, run: Program) -> None:
    ran = run("set", "my_weight=0.5", "configs/vae/ct_vqvae_stage1.json")
    assert ran.code == 0
    assert ran.err == (
        '1 of 1 config changed.\nwarning[TC502] SparseSDF_VQVAETrainer ignores "my_weight"\n'
    )
    assert shipped


def test_a_retired_key_is_removed_everywhere(shipped: Path, run: Program) -> None:
    ran = run("unset", "fp16_scale_growth,i_ddpcheck")
    assert (ran.code, ran.err) == (0, "17 of 17 configs changed.\n")
    for text in texts(shipped).values():
        assert "fp16_scale_growth" not in text
        assert "i_ddpcheck" not in text
    assert run("unset", "i_sav").err == (
        'No changes needed in 17 configs.\nNo config has "i_sav"; did you mean "i_save"?\n'
    )


def test_stdin_to_stdout(pipe: Callable[..., Ran]) -> None:
    ran = pipe("set", "i_save=5000", "-", stdin=SOUND.encode())
    assert (ran.code, ran.out) == (0, SOUND.replace('"i_save": 10000', '"i_save": 5000'))
    ran = pipe("unset", "optimizer", "-", stdin=SOUND.encode())
    assert (ran.code, ran.out) == (2, "")
    assert "stdin:35:9: error[TC503] it would be unsound" in ran.err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("set",), "nothing to set: write KEY=VALUE before the paths"),
        (("set", "configs", "a=1"), "nothing to set: write KEY=VALUE before the paths"),
        (("set", "a..b=1"), "'a..b' is no key: one part is empty"),
        (("set", "a=True"), "'True' is no JSON: write true"),
        (("set", "a=1", "--where", "b"), "'b' is no assignment: write KEY=VALUE"),
        (("unset",), "Missing argument 'KEY[,KEY]...'"),
        (("unset", "a,,b"), "'' is no key: one part is empty"),
        (("set", "a=1"), "no folder configs here"),
    ],
)
def test_usage(arguments: tuple[str, ...], told: str, project: Path, run: Program) -> None:
    ran = run(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert told in ran.err
    assert project


def test_what_has_an_equals_sign_after_the_first_path_is_a_path(
    project: Path, run: Program
) -> None:
    write(project, **{"a": SOUND, "b=c": SOUND})
    assert run("set", "i_save=5000", "a.json", "b=c.json").err == "2 of 2 configs changed.\n"
