#!/bin/sh
# Put wheels of the dependencies, and of what builds the project, into a folder: tests install from there, without a network.
set -eu

mkdir -p "$2"
if "$1" -m pip wheel --quiet --wheel-dir "$2" click jiter jsonschema pydantic 'tomli>=2.0.1' 'hatchling>=1.26' 2>"$2/why-not"; then
    rm -f "$2/why-not"
else
    echo "pip wheel failed" >>"$2/why-not"
fi
touch "$2/made"
