"""What ends a training run."""

from tests.lint.rules.configs import GONE, IMAGE_FLOW, STRUCTURE_VAE, changed, written
from tests.lint.rules.tables import case, fires, is_silent, raw
from trellis_cfg.lint.config import Facts
from trellis_cfg.migrations import MIGRATIONS, Migration
from trellis_cfg.migrations.conditions import Json
from trellis_cfg.migrations.operations import Insert, Remove, Rename, Replace

STEPS, EPOCHS = "trainer.args.max_steps", "trainer.args.max_epoch"
RUNTIME = Facts(runtime=True)
SAVES = Migration("saves", "", (Replace("trainer.args.i_save", Json("5000"), Json("10000")),))
NO_SPLIT = Migration(
    "no-split", "", (Remove("trainer.args.no_such"), Remove("trainer.args.batch_split"))
)
WORKERS = Insert("trainer.args.num_workers", Json("4"))
DECLARED = Facts(migrations=(*MIGRATIONS, SAVES, NO_SPLIT))
BEFORE = written(changed(STRUCTURE_VAE, {EPOCHS: GONE}))

FIRES = {
    "TC101": {
        "both_are_null": case(
            STRUCTURE_VAE,
            {STEPS: None},
            "39:26 error TC101 no stop condition: max_steps and max_epoch are both null",
            "+40:26 or here",
        ),
        "one_is_null_and_one_absent": case(
            STRUCTURE_VAE,
            {STEPS: None, EPOCHS: GONE},
            "39:26 error TC101 no stop condition: max_steps and max_epoch are both null",
        ),
        "the_other_is_null": case(
            STRUCTURE_VAE,
            {STEPS: GONE},
            "39:26 error TC101 no stop condition: max_steps and max_epoch are both null",
        ),
        "both_are_absent": case(
            STRUCTURE_VAE,
            {STEPS: GONE, EPOCHS: GONE},
            "38:9 error TC101 no stop condition: set max_steps or max_epoch",
        ),
        "no_arguments_at_all": case(
            STRUCTURE_VAE,
            {"trainer.args": {}},
            "38:9 error TC101 no stop condition: set max_steps or max_epoch",
            "38:9 error TC201 there is no batch size: set batch_size_per_gpu, or batch_size …",
            '38:9 error TC503 SparseStructureVaeTrainer requires "optimizer"',
        ),
        "an_unknown_trainer": case(
            STRUCTURE_VAE,
            {"trainer.name": "GanTrainer", STEPS: None},
            '37:17 warning TC501 no trainer "GanTrainer" is known',
            "39:26 error TC101 no stop condition: max_steps and max_epoch are both null",
            "+40:26 or here",
        ),
        "with_the_runtime": case(
            STRUCTURE_VAE,
            {STEPS: None},
            "39:26 error TC101 no stop condition: max_steps and max_epoch are both null",
            "+40:26 or here",
            facts=RUNTIME,
        ),
        "the_second_stands_first": raw(
            '{"models": {"a": {"name": "A", "args": {}}}, "dataset": {"name": "D", "args": {}},\n'
            ' "trainer": {"name": "T", "args":\n'
            '{"batch_size": 1, "max_epoch": null, "max_steps": null}}}',
            '1:27 warning TC501 no model "A" is known',
            '1:66 warning TC501 no dataset "D" is known',
            '2:22 warning TC501 no trainer "T" is known',
            "3:51 error TC101 no stop condition: max_steps and max_epoch are both null",
            "+3:32 or here",
        ),
    },
    "TC102": {
        "before_max_epoch": raw(
            BEFORE,
            "39:13 warning TC102 not upgraded yet: max-epoch inserts trainer.args.max_epoch = …",
        ),
        "crlf_and_tabs": raw(
            BEFORE.replace("\n", "\r\n").replace("    ", "\t"),
            "39:4 warning TC102 not upgraded yet: max-epoch inserts trainer.args.max_epoch = …",
        ),
        "on_one_line": raw(
            BEFORE.replace("\n", "").replace("    ", ""),
            "1:442 warning TC102 not upgraded yet: max-epoch inserts trainer.args.max_epoch = …",
        ),
        "of_trellis_as_it_was": case(
            IMAGE_FLOW,
            {EPOCHS: GONE},
            "26:13 warning TC102 not upgraded yet: max-epoch inserts trainer.args.max_epoch = …",
        ),
        "an_unknown_trainer": case(
            STRUCTURE_VAE,
            {"trainer.name": "GanTrainer", EPOCHS: GONE},
            '37:17 warning TC501 no trainer "GanTrainer" is known',
            "39:13 warning TC102 not upgraded yet: max-epoch inserts trainer.args.max_epoch = …",
        ),
        "declared": case(
            STRUCTURE_VAE,
            {},
            "42:13 warning TC102 not upgraded yet: no-split removes trainer.args.batch_split",
            "49:13 warning TC102 not upgraded yet: saves changes trainer.args.i_save from 10000 …",
            facts=DECLARED,
        ),
        "declared_of_an_absent_key": case(
            STRUCTURE_VAE,
            {},
            "38:9 warning TC102 not upgraded yet: workers inserts trainer.args.num_workers = 4",
            facts=Facts(migrations=(Migration("workers", "", (WORKERS,)),)),
        ),
        "one_of_two_would_be_a_guess": case(
            STRUCTURE_VAE,
            {},
            "49:13 warning TC102 not upgraded yet: saves changes trainer.args.i_save from 10000 …",
            facts=Facts(
                migrations=(
                    Migration("both", "", (Rename("trainer.args.max_steps", "max_epoch"),)),
                    SAVES,
                )
            ),
        ),
        "where_a_number_is_not_finite": raw(
            BEFORE.replace("0.0001", "NaN"),
            "39:13 warning TC102 not upgraded yet: max-epoch inserts trainer.args.max_epoch = …",
            "41:13 warning TC102 not upgraded yet: no-split removes trainer.args.batch_split",
            "45:27 error TC004 NaN is no JSON: write a finite number, or null",
            "48:13 warning TC102 not upgraded yet: saves changes trainer.args.i_save from 10000 …",
            facts=DECLARED,
        ),
        "beside_a_wrong_limit": case(
            STRUCTURE_VAE,
            {STEPS: 0, EPOCHS: GONE},
            "39:13 warning TC102 not upgraded yet: max-epoch inserts trainer.args.max_epoch = …",
            "39:26 error TC104 max_steps is 0, but must be a positive integer, or null",
        ),
    },
    "TC103": {
        "with_an_epoch_limit": case(
            STRUCTURE_VAE,
            {STEPS: GONE, EPOCHS: 20},
            "38:9 error TC103 max_steps is missing: SparseStructureVaeTrainer requires the …",
        ),
    },
    "TC104": {
        "a_string": case(
            STRUCTURE_VAE,
            {STEPS: "100000"},
            '39:26 error TC104 max_steps is "100000", but must be a positive integer, or null',
        ),
        "true": case(
            STRUCTURE_VAE,
            {STEPS: True},
            "39:26 error TC104 max_steps is true, but must be a positive integer, or null",
        ),
        "zero": case(
            STRUCTURE_VAE,
            {STEPS: 0},
            "39:26 error TC104 max_steps is 0, but must be a positive integer, or null",
        ),
        "minus_one": case(
            STRUCTURE_VAE,
            {STEPS: -1},
            "39:26 error TC104 max_steps is -1, but must be a positive integer, or null",
        ),
        "a_fraction": case(
            STRUCTURE_VAE,
            {STEPS: 1.5},
            "39:26 error TC104 max_steps is 1.5, but must be a positive integer, or null",
        ),
        "an_array": case(
            STRUCTURE_VAE,
            {STEPS: [100000]},
            "39:26 error TC104 max_steps is an array of 1, but must be a positive integer, or null",
        ),
        "an_object": case(
            STRUCTURE_VAE,
            {STEPS: {"value": 100000}},
            "39:26 error TC104 max_steps is an object, but must be a positive integer, or null",
        ),
        "an_empty_string": case(
            STRUCTURE_VAE,
            {STEPS: ""},
            '39:26 error TC104 max_steps is "", but must be a positive integer, or null',
        ),
        "epochs_in_a_string": case(
            STRUCTURE_VAE,
            {EPOCHS: "20"},
            '40:26 error TC104 max_epoch is "20", but must be a positive integer, or null',
        ),
        "no_epochs": case(
            STRUCTURE_VAE,
            {EPOCHS: 0},
            "40:26 error TC104 max_epoch is 0, but must be a positive integer, or null",
        ),
        "both": case(
            STRUCTURE_VAE,
            {STEPS: -1, EPOCHS: False},
            "39:26 error TC104 max_steps is -1, but must be a positive integer, or null",
            "40:26 error TC104 max_epoch is false, but must be a positive integer, or null",
        ),
        "null_in_a_string": case(
            STRUCTURE_VAE,
            {STEPS: None, EPOCHS: "null"},
            '40:26 error TC104 max_epoch is "null", but must be a positive integer, or null',
        ),
        "an_unknown_trainer": case(
            STRUCTURE_VAE,
            {"trainer.name": "GanTrainer", STEPS: "9"},
            '37:17 warning TC501 no trainer "GanTrainer" is known',
            '39:26 error TC104 max_steps is "9", but must be a positive integer, or null',
        ),
        "a_trainer_without_a_name": case(
            STRUCTURE_VAE,
            {"trainer.name": GONE, STEPS: "9"},
            '36:5 error TC005 trainer has no "name": it needs both "name" and "args"',
            '38:26 error TC104 max_steps is "9", but must be a positive integer, or null',
        ),
        "an_exponent": raw(
            written(STRUCTURE_VAE).replace("100000", "1e5"),
            "39:26 warning TC104 max_steps is written as a float: it trains, but 100000 says …",
        ),
        "a_float": case(
            STRUCTURE_VAE,
            {STEPS: 100000.0},
            "39:26 warning TC104 max_steps is written as a float: it trains, but 100000 says …",
        ),
        "epochs_as_a_float": case(
            STRUCTURE_VAE,
            {EPOCHS: 20.0},
            "40:26 warning TC104 max_epoch is written as a float: it trains, but 20 says it …",
        ),
    },
}
SILENT = {
    "TC101": {
        "steps_only": case(STRUCTURE_VAE, {STEPS: 100_000, EPOCHS: None}),
        "epochs_only": case(STRUCTURE_VAE, {STEPS: None, EPOCHS: 20}),
        "both": case(STRUCTURE_VAE, {EPOCHS: 20}),
        "what_is_no_limit_is_told_so": case(
            STRUCTURE_VAE,
            {STEPS: "null"},
            '39:26 error TC104 max_steps is "null", but must be a positive integer, or null',
        ),
        "zero_is_no_null": case(
            STRUCTURE_VAE,
            {STEPS: 0},
            "39:26 error TC104 max_steps is 0, but must be a positive integer, or null",
        ),
        "arguments_that_are_absent": case(
            STRUCTURE_VAE,
            {"trainer.args": GONE},
            '36:5 error TC005 trainer has no "args": it needs both "name" and "args"',
        ),
        "a_limit_is_misspelt": case(
            STRUCTURE_VAE,
            {
                "trainer.args.max_steps": GONE,
                "trainer.args.max_epoch": GONE,
                "trainer.args.max_step": 9,
            },
            '48:13 error TC502 SparseStructureVaeTrainer ignores "max_step"; did you mean …',
        ),
        "arguments_in_an_array": case(
            STRUCTURE_VAE,
            {"trainer.args": []},
            "38:17 error TC005 trainer.args is an empty array, but must be an object",
        ),
        "the_last_of_duplicates_counts": raw(
            written(STRUCTURE_VAE).replace('"max_epoch"', '"max_epoch": 1, "max_epoch": null, "x"'),
            '40:29 error TC003 the key "max_epoch" stands twice here: the last one counts',
            "+40:13 ignored",
            '40:48 warning TC502 SparseStructureVaeTrainer ignores "x"',
        ),
    },
    "TC102": {
        "null": case(STRUCTURE_VAE, {EPOCHS: None}),
        "a_number": case(STRUCTURE_VAE, {EPOCHS: 20}),
        "an_endless_training": case(
            STRUCTURE_VAE,
            {STEPS: None, EPOCHS: GONE},
            "39:26 error TC101 no stop condition: max_steps and max_epoch are both null",
        ),
        "no_arguments": case(
            STRUCTURE_VAE,
            {"trainer": {"name": "GanTrainer"}},
            '36:5 error TC005 trainer has no "args": it needs both "name" and "args"',
        ),
        "declared_and_done": case(
            STRUCTURE_VAE,
            {"trainer.args.i_save": 5000, "trainer.args.batch_split": GONE},
            facts=DECLARED,
        ),
        "declared_and_an_endless_training": case(
            STRUCTURE_VAE,
            {STEPS: None},
            "39:26 error TC101 no stop condition: max_steps and max_epoch are both null",
            "+40:26 or here",
            facts=DECLARED,
        ),
        "where_an_edit_would_be_a_guess": raw(
            BEFORE.replace('"max_steps"', '"max_steps": 1, "max_steps"'),
            '39:29 error TC003 the key "max_steps" stands twice here: the last one counts',
            "+39:13 ignored",
        ),
    },
    "TC103": {
        "null_is_fine": case(STRUCTURE_VAE, {STEPS: None, EPOCHS: 20}),
        "the_runtime_does_without": case(STRUCTURE_VAE, {STEPS: GONE, EPOCHS: 20}, facts=RUNTIME),
        "an_unknown_trainer": case(
            STRUCTURE_VAE,
            {"trainer.name": "GanTrainer", STEPS: GONE, EPOCHS: 20},
            '37:17 warning TC501 no trainer "GanTrainer" is known',
        ),
        "an_endless_training": case(
            STRUCTURE_VAE,
            {STEPS: GONE},
            "39:26 error TC101 no stop condition: max_steps and max_epoch are both null",
        ),
    },
    "TC104": {
        "one": case(STRUCTURE_VAE, {STEPS: 1, "trainer.args.i_save": 1}),
        "null": case(STRUCTURE_VAE, {STEPS: None, EPOCHS: 1}),
        "nine_quintillion": case(STRUCTURE_VAE, {STEPS: 9_000_000_000_000_000_000}),
        "a_key_of_that_name_elsewhere": case(STRUCTURE_VAE, {"_limits": {"max_steps": "x"}}),
    },
}

test_fires = fires(FIRES)
test_is_silent = is_silent(SILENT)
