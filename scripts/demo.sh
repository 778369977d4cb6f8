#!/bin/sh
# The main job on copies of the configs in configs/, as they were before they knew max_epoch.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp -R "$root/configs" "$work/configs"
cd "$work"
find configs -type f -exec chmod u+w {} +
trellis-cfg migrate --revert configs >/dev/null 2>&1
cp -R configs before

# Show a command, run it, and go on whatever its exit code tells.
show() {
    printf '\n$ %s\n' "$*"
    "$@" && code=0 || code=$?
    printf '(exit %s)\n' "$code"
}

echo "Seventeen configs, from before max_epoch. What would change?"
show trellis-cfg migrate --diff configs/vae/ss_vae_conv3d_16l8_fp16.json
show trellis-cfg migrate --check configs/generation
show trellis-cfg migrate configs
echo
echo "The whole difference, all files together:"
diff -r before configs | grep '^[<>]' | sort | uniq -c
show trellis-cfg migrate configs

echo
echo "A training that nothing would end is left alone:"
mkdir endless
printf '{"trainer": {"args": {"max_steps": null, "batch_size_per_gpu": 4}}}\n' >endless/a.json
show trellis-cfg migrate endless
show trellis-cfg migrate --max-epoch 20 endless
show cat endless/a.json

show trellis-cfg migrate --revert configs
diff -r before configs && echo "Every byte is back."
