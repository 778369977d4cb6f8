#!/bin/sh
# The three jobs on a copy of one config from configs/: lint, upgrade, preview.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
config=ss_vae.json
sed -e '/"max_epoch"/d' -e 's/"batch_split": 1/"batch_split": 3/' \
    "$root/configs/vae/ss_vae_conv3d_16l8_fp16.json" >"$config"

# Show a command and run it; stop if it does not exit as expected.
show() {
    expected=$1
    shift
    printf '$ %s\n' "$*"
    "$@" && code=0 || code=$?
    [ "$code" = "$expected" ] || { printf 'exit %s instead of %s\n' "$code" "$expected" >&2; exit 1; }
}

echo "trellis-cfg reads the JSON configs that TRELLIS models train from."
echo
echo "1. Lint: a mistake that would fail only after the GPUs were booked, and its fix."
show 1 trellis-cfg check --ignore TC102 "$config"
show 0 trellis-cfg set batch_split=2 "$config"
show 0 trellis-cfg check --ignore TC102 "$config"

echo
echo "2. Upgrade: max_epoch after max_steps, every other byte untouched, and the way back."
before=$(cksum <"$config")
show 1 trellis-cfg migrate --diff "$config"
show 0 trellis-cfg migrate "$config"
show 0 trellis-cfg migrate --revert "$config"
[ "$before" = "$(cksum <"$config")" ] && echo "Every byte is back."

echo
echo "3. Preview: what the limits mean on 8 GPUs and 168,307 samples."
trellis-cfg migrate --max-epoch 20 "$config" >/dev/null 2>&1
show 0 trellis-cfg preview --gpus 8 --dataset-size 168307 "$config"
echo
echo "Your own configs: trellis-cfg check PATH. Everything else: README.md."
