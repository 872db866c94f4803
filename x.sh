#!/bin/bash
#
# X (x)
#
# Written by isolab 0.1.0 from its lab: each line below is what the lab shows, typed
# into the shell whose name stands before it. Run it as root, on a machine with
# control groups of version 2.
#
# It works in a mount namespace of its own and in a directory of its own, /lab, and
# takes away what it made at its end, also if it fails.
#
# shellcheck disable=SC2016 # The lines are for other shells: these expand them.
set -euo pipefail
export PATH="$PATH:/usr/sbin:/sbin"

fail() { echo "$0: $*" >&2; exit 1; }
[ "$(id -u)" = 0 ] || fail "this makes namespaces and links: run it as root"
[ -e /sys/fs/cgroup/cgroup.controllers ] || fail "this machine has no cgroup version 2 in /sys/fs/cgroup"
if [ "${1:-}" != --inside ]; then
    [ ! -e /lab ] || fail "there is a /lab already: it would be in the way"
    place=$(mktemp -d /var/tmp/isolab-XXXXXX)
    mkdir /lab
    status=0
    trap : INT # the one inside ends by it, and then this takes away what is left
    unshare --mount --propagation private bash "$0" --inside "$place" || status=$?
    rmdir /lab
    rm -rf --one-file-system "$place"
    exit "$status"
fi
place=$2
declare -A top in
groups=() links=()

# Makes /lab, and sees to it that groups may have these controllers.
begin() {
    mount --bind "$place" /lab
    cd /lab
    mkfifo "$place/.said"
    exec 9<> "$place/.said"
    for controller in "$@"; do
        grep -qw "$controller" /sys/fs/cgroup/cgroup.subtree_control ||
            echo "+$controller" > /sys/fs/cgroup/cgroup.subtree_control
    done
    trap clean EXIT
}

# Ends what is still there.
clean() {
    for shell in "${top[@]}"; do kill -KILL "$shell" 2> /dev/null || true; done
    for group in "${groups[@]}"; do
        [ -d "/sys/fs/cgroup/$group" ] || continue
        echo 1 > "/sys/fs/cgroup/$group/cgroup.kill"
        emptied "$group"
        rmdir "/sys/fs/cgroup/$group"
    done
    for link in "${links[@]}"; do ip link delete "$link" 2> /dev/null || true; done
}

# A shell called $1 that does what it is told.
open() {
    mkfifo "$place/.$1"
    bash < "$place/.$1" &
    top[$1]=$!
    disown
    exec {fd}> "$place/.$1"
    in[$1]=$fd
}

# Tells the shell $1 the line $2; its status. A shell that the line starts reads on.
tell() {
    printf '%s\n' "$2" 'echo $? >&9' >&"${in[$1]}"
    read -r -t 60 status <&9 || fail "no answer from $1: $2"
    return "$status"
}

say() { tell "$1" "$2" || fail "$1: $2"; }
refused() { tell "$1" "$2" && fail "$1: this should have been refused: $2"; return 0; }

# The process of the innermost shell of $1.
face() {
    local process=${top[$1]} next
    while next=$(deeper "$process" "$1") && [ -n "$next" ]; do process=$next; done
    echo "$process"
}

# The child of the process $1 that reads what the shell $2 is told.
deeper() {
    local child children
    read -ra children < "/proc/$1/task/$1/children" || true
    for child in "${children[@]}"; do
        if [ "/proc/$child/fd/0" -ef "$place/.$2" ]; then echo "$child"; return; fi
    done
}

# Waits until a control group has no processes.
emptied() {
    until grep -q 'populated 0' "/sys/fs/cgroup/$1/cgroup.events"; do sleep 0.05; done
}

# All went well.
finish() { echo "done: nothing is left"; }

groups=()
links=()
begin 
open host

# == One
# It is one.
say host "hostname x"

finish
