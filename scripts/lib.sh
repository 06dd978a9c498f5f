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

# stage NAME COMMAND...: runs the command, notes its minutes for stage_report. Gives the command's exit status.
stage_names=() stage_seconds=() stage_status=()
stage() {
    local name=$1 begin=$SECONDS status=0
    shift
    say "$name"
    "$@" || status=$?
    stage_names+=("$name") stage_seconds+=($((SECONDS - begin))) stage_status+=("$status")
    [ "$status" = 0 ] || printf '== FAILED (exit %s): %s\n' "$status" "$name" >&2
    return "$status"
}

# Minutes per stage, one line each; exit 1 if one of them failed.
stage_report() {
    local i bad=0
    printf '\n%-44s %8s  %s\n' stage minutes result
    for i in "${!stage_names[@]}"; do
        printf '%-44s %5d:%02d  %s\n' "${stage_names[$i]}" $((stage_seconds[i] / 60)) $((stage_seconds[i] % 60)) \
            "$([ "${stage_status[$i]}" = 0 ] && echo ok || echo FAILED)"
        [ "${stage_status[$i]}" = 0 ] || bad=1
    done
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
