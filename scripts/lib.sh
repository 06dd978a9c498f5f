# shellcheck shell=bash
# What the scripts share. Source it; it changes nothing by itself.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
export root
# The same compiler cache for every clone: paths inside the tree count as relative.
export CCACHE_BASEDIR=$root CCACHE_NOHASHDIR=1
export LC_ALL=C.UTF-8
jobs=$(nproc)
export jobs
# Debian's interpreter: the scripts use its standard library only, and must not depend on what else is in PATH.
python=/usr/bin/python3
export python

say() { printf '== %s\n' "$*"; }
die() { printf 'error: %s\n' "$*" >&2; exit 1; }

# stages_begin: stages are noted from here on, for stages_end of the outermost script that said so.
stages_begin() {
    [ -z "${SEKISHO_STAGES:-}" ] || return 0
    SEKISHO_STAGES=$(mktemp)
    export SEKISHO_STAGES
    stages_are_mine=yes
    trap 'rm -f "$SEKISHO_STAGES"' EXIT
}

# stage NAME COMMAND...: runs the command and notes its time and outcome. Gives the command's exit status.
stage() {
    local name=$1 begin=$SECONDS status=0
    shift
    say "$name"
    "$@" || status=$?
    printf '%s\t%s\t%s\n' "$name" $((SECONDS - begin)) "$status" >>"$SEKISHO_STAGES"
    [ "$status" = 0 ] || printf '== FAILED (exit %s): %s\n' "$status" "$name" >&2
    return "$status"
}

# stages_end BUILD...: minutes per stage, then one line with what passed and failed, tests and other stages together,
# from the reports in the BUILD folders. Exit 1 if a stage failed. Silent where an outer script will say it.
stages_end() {
    local bad=0
    awk -F'\t' '$3 != 0 {bad = 1} END {exit bad}' "$SEKISHO_STAGES" || bad=1
    [ "${stages_are_mine:-no}" = yes ] || return $bad
    awk -F'\t' '
        BEGIN {printf "\n%-44s %8s  %s\n", "stage", "minutes", "outcome"}
        {total += $2; printf "%-44s %5d:%02d  %s\n", $1, $2 / 60, $2 % 60, $3 == 0 ? "ok" : "FAILED"}
        END {printf "%-44s %5d:%02d\n\n", "in all", total / 60, total % 60}' "$SEKISHO_STAGES"
    "$root/scripts/count-tests" --stages "$SEKISHO_STAGES" "$@"
    return $bad
}

# build PRESET [TARGET...]: configures and builds. The log goes to build/PRESET/build.log; its end is shown on failure.
build() {
    local preset=$1
    shift
    mkdir -p "$root/build/$preset"
    local log=$root/build/$preset/build.log
    # A folder of a preset that was configured with another source path is of no use.
    cmake --preset "$preset" -S "$root" >"$log" 2>&1 || { tail -n 40 "$log"; return 1; }
    cmake --build "$root/build/$preset" -j "$jobs" ${1:+--target "$@"} >>"$log" 2>&1 || { tail -n 80 "$log"; return 1; }
}
