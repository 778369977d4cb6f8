#!/bin/sh
# Fetch the official JSON Schema of SARIF 2.1.0 into a folder, as schema.json. If that fails, its file why-not says why.
set -eu

package=@microsoft/jest-sarif@1.0.0-beta.0
member=package/lib/schemas/sarif-2.1.0-rtm.5.json

mkdir -p "$1"
cd "$1"
if ! command -v npm >why-not 2>&1; then
    echo "npm is not installed" >why-not
elif npm pack --loglevel=error --ignore-scripts --fetch-retries=0 "$package" >package.name 2>why-not; then
    tar -xzOf "$(tail -n 1 package.name)" "$member" >schema.new
    mv schema.new schema.json
    rm -f why-not
else
    echo "npm pack $package failed" >>why-not
fi
