"""What ends a training run."""

from tests.lint.rules.configs import GONE, STRUCTURE_VAE, changed, written
from tests.lint.rules.tables import case, parse_cases, raw, reports
from trellis_cfg.lint.options import Facts
from trellis_cfg.migrations import MIGRATIONS, Migration
from trellis_cfg.migrations.operations import Insert, Json, Remove, Rename, Replace

SOUND = written(STRUCTURE_VAE)
BEFORE = written(changed(STRUCTURE_VAE, {"trainer.args.max_epoch": GONE}))
NO_STEPS = {"trainer.args.max_steps": None}
SAVES = Migration("saves", "", (Replace("trainer.args.i_save", Json("5000"), Json("10000")),))
NO_SPLIT = Migration(
    "no-split", "", (Remove("trainer.args.no_such"), Remove("trainer.args.batch_split"))
)
WORKERS = Migration("workers", "", (Insert("trainer.args.num_workers", Json("4")),))
GUESS = Migration("both", "", (Rename("trainer.args.max_steps", "max_epoch"),))
DECLARED = Facts(migrations=(*MIGRATIONS, SAVES, NO_SPLIT))
INSERTS = "note TC102 migration max-epoch is not applied: it inserts trainer.args.max_epoch = …"
REMOVES = "warning TC102 migration no-split is not applied: it removes trainer.args.batch_split"
CHANGES = (
    "warning TC102 migration saves is not applied: it changes trainer.args.i_save from 10000 …"
)
ENDLESS = "39:26 error TC101 no stop condition: max_steps and max_epoch are both null"

ORDER = {
    "max_epoch before max_steps": raw(
        '{"models": {"a": {"name": "A", "args": {}}}, "dataset": {"name": "D", "args": {}},\n'
        ' "trainer": {"name": "T", "args":\n'
        '{"batch_size": 1, "max_epoch": null, "max_steps": null}}}',
        "1:27 note TC501 A and 2 other classes are not in …",
        "+1:66 also unknown",
        "+2:22 also unknown",
        "3:51 error TC101 no stop condition: max_steps and max_epoch are both null",
        "+3:32 or here",
    ),
    "the last of duplicates counts": raw(
        SOUND.replace('"max_epoch"', '"max_epoch": 1, "max_epoch": null, "x"'),
        '40:29 error TC003 duplicate key "max_epoch" (twice); the last value wins',
        "+40:13 ignored",
        '40:48 warning TC502 SparseStructureVaeTrainer ignores "x"',
    ),
}
MIGRATED = {
    "before max_epoch": raw(BEFORE, f"39:13 {INSERTS}"),
    "CR LF and tabs": raw(BEFORE.replace("\n", "\r\n").replace("    ", "\t"), f"39:4 {INSERTS}"),
    "on one line": raw(BEFORE.replace("\n", "").replace("    ", ""), f"1:442 {INSERTS}"),
    "a number that is not finite": raw(
        BEFORE.replace("0.0001", "NaN"),
        f"39:13 {INSERTS}",
        f"41:13 {REMOVES}",
        "45:27 error TC004 NaN is not valid JSON: write a finite number, or null",
        f"48:13 {CHANGES}",
        facts=DECLARED,
    ),
    "an edit would be a guess": raw(
        BEFORE.replace('"max_steps"', '"max_steps": 1, "max_steps"'),
        '39:29 error TC003 duplicate key "max_steps" (twice); the last value wins',
        "+39:13 ignored",
    ),
    "declared": case(STRUCTURE_VAE, {}, f"42:13 {REMOVES}", f"49:13 {CHANGES}", facts=DECLARED),
    "declared of an absent key": case(
        STRUCTURE_VAE,
        {},
        "38:9 warning TC102 migration workers is not applied: it inserts …",
        facts=Facts(migrations=(WORKERS,)),
    ),
    "one of two would be a guess": case(
        STRUCTURE_VAE, {}, f"49:13 {CHANGES}", facts=Facts(migrations=(GUESS, SAVES))
    ),
    "declared and done": case(
        STRUCTURE_VAE,
        {"trainer.args.i_save": 5000, "trainer.args.batch_split": GONE},
        facts=DECLARED,
    ),
    "declared and no stop condition": case(
        STRUCTURE_VAE, NO_STEPS, ENDLESS, "+40:26 or here", facts=DECLARED
    ),
}
EXPONENTS = {
    "an exponent": raw(
        SOUND.replace("100000", "1e5"),
        "39:26 warning TC104 max_steps is written as a float; it works, but write 100000",
    )
}
CASES = {
    "TC101": parse_cases("""
        both are null: structure_vae max_steps=null
            39:26 error TC101 no stop condition: max_steps and max_epoch are both null
            +40:26 or here
        one is null and one absent: structure_vae max_steps=null -max_epoch
            39:26 error TC101 no stop condition: max_steps and max_epoch are both null
        the other is null: structure_vae -max_steps
            39:26 error TC101 no stop condition: max_steps and max_epoch are both null
        both are absent: structure_vae -max_steps -max_epoch
            38:9 error TC101 no stop condition: set max_steps or max_epoch
        no arguments at all: structure_vae trainer.args={}
            38:9 error TC101 no stop condition: set max_steps or max_epoch
            38:9 error TC201 no batch size: set batch_size_per_gpu, or batch_size for all GPUs …
            38:9 error TC503 SparseStructureVaeTrainer requires "optimizer"
        an unknown trainer: structure_vae trainer.name="GanTrainer" max_steps=null
            37:17 note TC501 GanTrainer is not in …
            39:26 error TC101 no stop condition: max_steps and max_epoch are both null
            +40:26 or here
        with the runtime: structure_vae max_steps=null --runtime=true
            39:26 error TC101 no stop condition: max_steps and max_epoch are both null
            +40:26 or here
        epochs only: structure_vae max_steps=null max_epoch=20
        both: structure_vae max_epoch=20
        arguments that are absent: structure_vae -trainer.args
            36:5 error TC005 trainer has no "args": it needs both "name" and "args"
        a limit is misspelled: structure_vae -max_steps -max_epoch max_step=9
            48:13 error TC502 SparseStructureVaeTrainer ignores "max_step"; did you mean …
        arguments in an array: structure_vae trainer.args=[]
            38:17 error TC005 trainer.args is an empty array, but must be an object
    """)
    | ORDER,
    "TC102": parse_cases("""
        of TRELLIS as it was: image_flow -max_epoch
            26:13 note TC102 migration max-epoch is not applied: it inserts …
        an unknown trainer: structure_vae trainer.name="GanTrainer" -max_epoch
            37:17 note TC501 GanTrainer is not in …
            39:13 note TC102 migration max-epoch is not applied: it inserts …
        beside a wrong limit: structure_vae max_steps=0 -max_epoch
            39:13 note TC102 migration max-epoch is not applied: it inserts …
            39:26 error TC104 max_steps is 0, but must be a positive integer, or null
        no arguments: structure_vae .trainer={"name": "GanTrainer"}
            36:5 error TC005 trainer has no "args": it needs both "name" and "args"
    """)
    | MIGRATED,
    "TC103": parse_cases("""
        with an epoch limit: structure_vae -max_steps max_epoch=20
            38:9 error TC103 max_steps is missing: SparseStructureVaeTrainer requires it (null is …
        the runtime does without: structure_vae -max_steps max_epoch=20 --runtime=true
        an unknown trainer: structure_vae trainer.name="GanTrainer" -max_steps max_epoch=20
            37:17 note TC501 GanTrainer is not in …
    """),
    "TC104": parse_cases("""
        a string: structure_vae max_steps="100000"
            39:26 error TC104 max_steps is "100000", but must be a positive integer, or null
        true: structure_vae max_steps=true
            39:26 error TC104 max_steps is true, but must be a positive integer, or null
        zero: structure_vae max_steps=0
            39:26 error TC104 max_steps is 0, but must be a positive integer, or null
        a fraction: structure_vae max_steps=1.5
            39:26 error TC104 max_steps is 1.5, but must be a positive integer, or null
        both: structure_vae max_steps=-1 max_epoch=false
            39:26 error TC104 max_steps is -1, but must be a positive integer, or null
            40:26 error TC104 max_epoch is false, but must be a positive integer, or null
        an unknown trainer: structure_vae trainer.name="GanTrainer" max_steps="9"
            37:17 note TC501 GanTrainer is not in …
            39:26 error TC104 max_steps is "9", but must be a positive integer, or null
        a trainer without a name: structure_vae -trainer.name max_steps="9"
            36:5 error TC005 trainer has no "name": it needs both "name" and "args"
            38:26 error TC104 max_steps is "9", but must be a positive integer, or null
        a float: structure_vae max_steps=100000.0
            39:26 warning TC104 max_steps is written as a float; it works, but write 100000
        epochs as a float: structure_vae max_epoch=20.0
            40:26 warning TC104 max_epoch is written as a float; it works, but write 20
        one: structure_vae max_steps=1 i_save=1
        null: structure_vae max_steps=null max_epoch=1
        nine quintillion: structure_vae max_steps=9000000000000000000
        a key of that name elsewhere: structure_vae ._limits={"max_steps": "x"}
    """)
    | EXPONENTS,
}

test_findings = reports(CASES)
