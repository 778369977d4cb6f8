#!/bin/sh
# Put wheels into a folder, from which tests install without a network: the dependencies and extras, the build tools, and
# in lowest/ the lowest versions that pyproject.toml allows. If that fails, its file why-not says why.
set -eu

python=$1
folder=$2
lowest=$("$python" scripts/lowest.py)

mkdir -p "$folder/lowest"
if "$python" -m pip wheel --quiet --wheel-dir "$folder" click jiter jsonschema matplotlib pandas pydantic 'tomli>=2.0.1' 'hatchling>=1.26' 2>"$folder/why-not" &&
    "$python" -m pip wheel --quiet --wheel-dir "$folder/lowest" $lowest 'tomli>=2.0.1' 2>"$folder/why-not"; then
    rm -f "$folder/why-not"
else
    echo "pip wheel failed" >>"$folder/why-not"
fi
touch "$folder/made"
