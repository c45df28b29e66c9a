#!/usr/bin/env bash
# Says in how many runs of the fault harness each defect of defects.patch is found. The product's source stays as it is: the tree is copied, the copy is
# patched and built once, and each run of it has one defect switched on by FORECASTS_DEFECT.
#
#   find-defects.sh [defect ...]    without a name, all of them, and first a run without any; names parted by commas are switched on together
#
# RUNS (5)       the most runs for a defect, with the seeds 1, 2, 3 and so on
# FAULTS (12)    how many faults strike in a run
# COPY           where the copy is made; kept afterwards, and used again where it is there already. Else a folder of its own, which is removed.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
tree=$(git -C "$here" rev-parse --show-toplevel)
runs=${RUNS:-5}
faults=${FAULTS:-12}
copy=${COPY:-$(mktemp -d)}
if [ -z "${COPY:-}" ]; then
    trap 'rm -rf "$copy"' EXIT
fi

if [ ! -e "$copy/Forecasts.sln" ]; then
    mkdir -p "$copy"
    git -C "$tree" ls-files -z --cached --others --exclude-standard | tar -C "$tree" --null -T - -cf - | tar -C "$copy" -xf -
    (cd "$copy" && git init -q && git apply "$here/defects.patch")
    dotnet build "$copy/tests/EndToEnd.Tests" -v quiet -p:RunAnalyzers=false >&2
fi

binary="$copy/tests/EndToEnd.Tests/bin/Debug/net10.0/EndToEnd.Tests"
if [ $# -gt 0 ]; then
    defects=("$@")
else
    mapfile -t defects < <(grep -o 'Defect\.Is("[a-z-]*")' "$here/defects.patch" | sed 's/.*"\(.*\)".*/\1/' | sort -u)
    defects=(none "${defects[@]}")
fi

failed=0
echo "| defect | found in run | by |"
echo "|---|---:|---|"
for defect in "${defects[@]}"; do
    found=""
    for ((seed = 1; seed <= runs; seed++)); do
        log="$copy/$defect-$seed.log"
        status=0
        FORECASTS_DEFECT=$defect "$binary" faults --seed "$seed" --faults "$faults" >"$log" 2>&1 || status=$?
        rules=$(sed -n 's/^- \([A-Za-z]*\): .*/\1/p' "$log" | sort -u | paste -sd ' ')
        if [ $status -ne 0 ] && [ -z "$rules" ]; then
            echo "The run for $defect with seed $seed did not end; see $log." >&2
            exit 2
        fi
        if [ -n "$rules" ]; then
            found=$seed
            break
        fi
        # One sound run says that nothing is found where nothing is to be found.
        [ "$defect" = none ] && break
    done
    if [ "$defect" = none ]; then
        echo "| none | ${found:-never} | ${rules:-} |"
        [ -z "$found" ] || failed=1
    else
        echo "| $defect | ${found:-not in $runs} | ${rules:-} |"
        [ -n "$found" ] || failed=1
    fi
done
exit $failed
