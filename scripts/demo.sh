#!/bin/sh
# The three jobs on copies of the configs in configs/: the lint, the preview, and the upgrade.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp -R "$root/configs" "$work/configs"
cd "$work"
find configs -type f -exec chmod u+w {} +
mkdir slips
sed -e 's/"max_steps": 1000000/"max_steps": null/' \
    -e 's/"batch_split": 1/"batch_split": 3/' \
    -e 's/"loss_type": "dice"/"loss_typ": "dice"/' \
    -e 's/"i_save"/"num_workers": 8, "i_save"/' \
    configs/vae/ss_vae_conv3d_16l8_fp16.json >slips/ss_vae.json
cp -R configs sound
trellis-cfg migrate --revert configs >/dev/null 2>&1
cp -R configs before

# Show a command, run it, and go on whatever its exit code tells.
show() {
    printf '\n$ %s\n' "$*"
    "$@" && code=0 || code=$?
    printf '(exit %s)\n' "$code"
}

echo "Seventeen configs, and one with four slips. What does the lint say?"
show trellis-cfg check --strict sound
show trellis-cfg check slips
show trellis-cfg explain TC502

echo
echo "What do their limits mean, on 8 GPUs and 168,307 samples?"
show trellis-cfg preview --gpus 8 --dataset-size 168307 sound
show trellis-cfg preview --gpus 8 --dataset-size 168307 --lang zh sound/vae/ct_vqvae_stage2.json

echo
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

show trellis-cfg check --statistics configs
show trellis-cfg migrate --revert configs
diff -r before configs && echo "Every byte is back."
