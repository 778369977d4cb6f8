# At most one finding of a file says that a class is not known, and none is an error.
$PROGRAM check --output-format json configs | python3 -c '
import json, sys
lines = {}
for finding in json.load(sys.stdin)["findings"]:
    if "own" in finding["path"]:
        lines.setdefault(finding["path"], []).append(finding["severity"] + " " + finding["message"])
wrong = [each for each in lines.values() if len(each) > 1 or each[0].startswith("error")]
sys.exit(str(wrong) if wrong else 0)
'
