#!/bin/sh
# Stills on 64 ranks. The run ends five minutes before the job would be killed; the job is then put
# into the queue again, and goes on.
#SBATCH --job-name=stills
#SBATCH --ntasks=64
#SBATCH --time=01:00:00
: "${IMAGES:=100000}" "${PER_FILE:=100}" "${STOP_AFTER:=55min}" "${FLAGS:=-config experiment.toml}"

# shellcheck disable=SC2086  # a list of words
srun --mpi=pmix nanobragg stills --images "$IMAGES" --orientations random:1 \
  --images-per-file "$PER_FILE" --out stills.nxs --stop-after "$STOP_AFTER" -- $FLAGS -threads 1
code=$?

run_again=75
if [ "$code" -eq "$run_again" ]; then
  scontrol requeue "$SLURM_JOB_ID"
fi
exit "$code"
