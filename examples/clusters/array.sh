#!/bin/sh
# Stills in 20 jobs that know nothing of each other. The one that ends last writes the master.
#SBATCH --job-name=stills
#SBATCH --array=1-20
#SBATCH --cpus-per-task=2
#SBATCH --time=01:00:00
: "${IMAGES:=100000}" "${PER_FILE:=100}" "${STOP_AFTER:=55min}" "${FLAGS:=-config experiment.toml}"

# shellcheck disable=SC2086  # a list of words
nanobragg stills --images "$IMAGES" --orientations random:1 --images-per-file "$PER_FILE" \
  --out stills.nxs --stop-after "$STOP_AFTER" \
  --shard "$SLURM_ARRAY_TASK_ID/$SLURM_ARRAY_TASK_COUNT" -- $FLAGS -threads "${SLURM_CPUS_PER_TASK:-1}"
code=$?

run_again=75
if [ "$code" -eq "$run_again" ]; then
  scontrol requeue "${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID"
fi
exit "$code"
