#!/bin/sh
# Install the validators of editors into a folder: VS Code's JSON language service, and Ajv. If that fails, its file why-not says why.
set -eu

mkdir -p "$1"
if ! command -v node >"$1/why-not" 2>&1 || ! command -v npm >>"$1/why-not" 2>&1; then
    echo "node and npm are not installed" >"$1/why-not"
elif npm install --silent --no-save --ignore-scripts --fetch-retries=0 --prefix "$1" \
    vscode-json-languageservice@5.7.2 ajv@8.20.0 2>"$1/why-not"; then
    rm -f "$1/why-not"
else
    echo "npm install failed" >>"$1/why-not"
fi
touch "$1/made"
