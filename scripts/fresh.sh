#!/bin/sh
# The README's two commands where nothing is installed: a bare Debian in a chroot, first as root,
# then as a plain user without sudo. `make fresh`, as root; ARGS choose among the visits:
#
#   plain-refused  a plain user, PostGIS missing: told what to type
#   root-run       root, nothing there: make run serves and Ctrl-C stops all of it, twice
#   root-test      root: make test
#   plain-run      a plain user, PostGIS there by now: as root-run
#   plain-test     a plain user: make test
#   sudo-run       a plain user with sudo; only when asked for, and alone, for it installs PostGIS
#
# The checkout is the committed one. GRIDGIS_REAL_DATA, where set, is there for the tests.
# Each visit lives in namespaces of its own for mounts and processes: when it ends, however it
# ends, its processes are gone and its mounts with them, so nothing is deleted through a mount.
# shellcheck disable=SC2016  # what stands in single quotes is for another to expand
set -eu

suite=${GRIDGIS_FRESH_SUITE:-bookworm}
cache=${GRIDGIS_FRESH_CACHE:-/var/cache/gridgis-fresh}
port=${GRIDGIS_PORT:-8017}
person=zhang
script=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)/fresh.sh
checkout=${script%/scripts/fresh.sh}

say() { printf '%s\n' "fresh: $*"; }
refuse() { printf '%s\n' "fresh: $*" >&2; exit 1; }
now() { date +%s; }

# ---- a bare Debian -------------------------------------------------------------------------

own_suite() {
    # shellcheck source=/dev/null
    (. /etc/os-release && printf %s "${VERSION_CODENAME-}")
}

mirror() {
    # The machine's own, where it is a Debian too; else debootstrap's default.
    apt-get indextargets --format '$(CODENAME) $(REPO_URI)' 'Origin: Debian' 2>/dev/null |
        sed -n "s/^$(own_suite) //p" | head -n 1
}

bare_debian() {
    # $1 the tarball to make
    if ! command -v debootstrap >/dev/null; then
        say "installing debootstrap"
        apt-get -q update || say "going on with the package lists that are here"
        apt-get -q -y install --no-install-recommends debootstrap ||
            refuse "debootstrap is missing; type: apt-get install debootstrap"
    fi
    say "making a bare Debian ($suite); kept in $cache for the next time"
    from=$(mirror)
    # shellcheck disable=SC2086  # no mirror is no argument
    unshare --mount --pid --fork --kill-child \
        debootstrap --variant=minbase "$suite" "$root" $from >"$cache/debootstrap.log" 2>&1 ||
        refuse "debootstrap failed; read $cache/debootstrap.log"
    tar -C "$root" --one-file-system --exclude='./var/cache/apt/*.bin' -cf "$1.new" .
    mv "$1.new" "$1"
}

# ---- what the machine's own clients need to reach the outside ------------------------------

# Folders named in the configuration of pip, as a package index on this machine.
local_indexes() {
    {
        cat /etc/pip.conf "$HOME/.config/pip/pip.conf" "$HOME/.pip/pip.conf" 2>/dev/null || :
        printf '%s\n' "${PIP_FIND_LINKS-}" "${PIP_INDEX_URL-}" "${PIP_EXTRA_INDEX_URL-}"
    } | tr ' =,' '\n' | sed -n 's|^file://||; s|^\(/[^:]*\)$|\1|p' | sed 's|/simple/*$||' |
        sort -u | while read -r folder; do
        if [ -d "$folder" ]; then printf '%s\n' "$folder"; fi
    done
}

pass_through() {
    if [ "$(own_suite)" = "$suite" ]; then
        rm -rf "$root/etc/apt/sources.list" "$root/etc/apt/sources.list.d"
        cp -a /etc/apt/. "$root/etc/apt/"
        cp -an /usr/share/keyrings/. "$root/usr/share/keyrings/"
    else
        cp -a /etc/apt/apt.conf.d /etc/apt/auth.conf.d "$root/etc/apt/"
    fi
    cp -L /etc/resolv.conf /etc/hosts "$root/etc/"
    mkdir -p "$root/etc/ssl/certs" "$root/etc/gridgis-fresh" "$root/usr/local/share/ca-certificates"
    cp -rL /etc/ssl/certs/. "$root/etc/ssl/certs/" 2>/dev/null || : # a dangling link is no loss
    cp -rL /usr/local/share/ca-certificates/. "$root/usr/local/share/ca-certificates/" || :
    # Beside the system's bundle, which the package ca-certificates would write anew.
    bundle=/etc/gridgis-fresh/certificates.crt
    if [ -e /etc/ssl/certs/ca-certificates.crt ]; then
        cp -L /etc/ssl/certs/ca-certificates.crt "$root$bundle"
    fi
    if [ -e /etc/pip.conf ]; then cp -L /etc/pip.conf "$root/etc/"; fi
    if [ -d /etc/xdg/pip ]; then mkdir -p "$root/etc/xdg" && cp -rL /etc/xdg/pip "$root/etc/xdg/"; fi
    for home in "$root/root" "$root/home/$person"; do
        mkdir -p "$home/.config/pip"
        cat "$HOME/.config/pip/pip.conf" "$HOME/.pip/pip.conf" >"$home/.config/pip/pip.conf" \
            2>/dev/null || :
        cat /etc/npmrc /usr/etc/npmrc "$HOME/.npmrc" >"$home/.npmrc" 2>/dev/null || :
    done
    export -p | grep -Ei "^export (pip|ssl|npm_config|node_extra|requests|[a-z]+_proxy)" \
        >"$root/etc/gridgis-fresh/environment" || :
    if [ -e "$root$bundle" ]; then
        for name in SSL_CERT_FILE PIP_CERT REQUESTS_CA_BUNDLE NODE_EXTRA_CA_CERTS \
            npm_config_cafile; do
            printf "export %s='%s'\n" "$name" "$bundle"
        done >>"$root/etc/gridgis-fresh/environment"
    fi
}

# ---- inside the namespaces -----------------------------------------------------------------

mount_all() {
    mount --make-rprivate /
    mount -t proc proc "$root/proc"
    mount -t sysfs -o ro sysfs "$root/sys"
    mount -t tmpfs -o mode=755,size=1m tmpfs "$root/dev"
    for device in null zero full random urandom tty; do
        : >"$root/dev/$device"
        mount --bind "/dev/$device" "$root/dev/$device"
    done
    mkdir "$root/dev/shm" "$root/dev/pts"
    mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
    mount -t devpts -o newinstance,ptmxmode=0666 devpts "$root/dev/pts"
    ln -s pts/ptmx "$root/dev/ptmx"
    ln -s /proc/self/fd "$root/dev/fd"
    local_indexes | while read -r folder; do
        mkdir -p "$root$folder"
        mount --bind "$folder" "$root$folder"
        mount -o remount,bind,ro "$root$folder"
    done
    if [ -n "${GRIDGIS_REAL_DATA-}" ]; then
        mkdir -p "$root/real-data"
        mount --bind "$GRIDGIS_REAL_DATA" "$root/real-data"
        mount -o remount,bind,ro "$root/real-data"
    fi
}

# Run shell text in the chroot: as $who, in $place, with nothing of our environment but what the
# clients need. Ctrl-C works there although we are no terminal's foreground.
inside() {
    home=/root
    user=root
    if [ "$who" != root ]; then home=/home/$person user=$person; fi
    exec env --default-signal=INT,QUIT setsid chroot --userspec="$user:$user" "$root" \
        /usr/bin/env -i HOME="$home" USER="$user" TERM="${TERM:-dumb}" LANG=C.UTF-8 \
        PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
        ${GRIDGIS_REAL_DATA:+GRIDGIS_REAL_DATA=/real-data} \
        sh -c '. /etc/gridgis-fresh/environment; cd "$1" && shift && exec "$@"' sh "$place" "$@"
}

fetch() { python3 -c 'import sys, urllib.request as ask
opener = ask.build_opener(ask.ProxyHandler({}))
sys.stdout.buffer.write(opener.open(sys.argv[1], timeout=5).read())' "$1" 2>/dev/null; }

left_running() {
    for process in /proc/[0-9]*; do
        if [ "$(readlink "$process/root" 2>/dev/null)" = "$root" ]; then
            tr '\0' ' ' <"$process/cmdline" 2>/dev/null || continue
            echo
        fi
    done | sed '/^ *$/d'
}

# What it says, indented, as long as $maker lives: of its steps only, where $2 says so.
show() { tail --pid="$maker" -n +1 -f "$1" | sed -un "/${2:-^}/s/^/    /p"; }

start_and_stop() {
    # $1 which start this is
    log=$cache/$who-run-$1.log
    began=$(now)
    : >"$log"
    (inside env GRIDGIS_PORT="$port" make run) >>"$log" 2>&1 &
    maker=$!
    show "$log" &
    until fetch "http://127.0.0.1:$port/readyz" >/dev/null; do
        kill -0 "$maker" 2>/dev/null || { tail -n 30 "$log"; refuse "$who: make run ended; read $log"; }
        [ "$(now)" -lt $((began + 1800)) ] || refuse "$who: not ready in half an hour; read $log"
        sleep 0.2
    done
    say "$who: the $1 start answers after $(($(now) - began)) s"
    fetch "http://127.0.0.1:$port/" | grep -q 'id="app"' || refuse "$who: / is not the application"
    until grep -q "http://127.0.0.1:$port/" "$log"; do
        [ "$(now)" -lt $((began + 1860)) ] || refuse "$who: the address is not printed; read $log"
        sleep 0.2
    done
    kill -s INT -- "-$maker"
    wait "$maker" || : # the shell's own word for "ended by Ctrl-C"
    need_nothing_left "Ctrl-C"
    say "$who: Ctrl-C left nothing running"
}

need_nothing_left() {
    # $1 after what
    left=$(left_running)
    [ -z "$left" ] || refuse "$who: $1 left running: $left"
}

try_tests() {
    log=$cache/$who-test.log
    : >"$log"
    # No pipe to tee: its exit would hide the one of make.
    (inside timeout --kill-after=20 2400 make test) >>"$log" 2>&1 &
    maker=$!
    show "$log" '^gridgis: ' &
    wait "$maker" || { tail -n 80 "$log"; refuse "$who: make test failed; read $log"; }
    need_nothing_left "make test"
    tail -n 1 "$log"
}

need_refusal() {
    log=$cache/$who-refused.log
    if (inside make run) >"$log" 2>&1; then refuse "$who: make run did without PostGIS"; fi
    grep -q 'only root may install it; type: su -c .apt-get install' "$log" ||
        { cat "$log"; refuse "$who: no word on what to type"; }
    say "$who: $(head -n 1 "$log")"
}

allow_sudo() {
    (who=root place=/ && inside sh -c 'apt-get -q -y install --no-install-recommends sudo
        printf "%s ALL=(ALL) NOPASSWD: ALL\n" "$1" >/etc/sudoers.d/fresh' sh "$person") \
        >"$cache/sudo.log" 2>&1 || refuse "sudo could not be installed; read $cache/sudo.log"
}

visit() {
    # $1 its name: who-what
    who=${1%-*}
    place=/srv/gridgis
    if [ "$who" != root ]; then place="/home/$person/my gridgis"; fi
    visited=$(now)
    say "$1"
    case $1 in
        plain-refused) need_refusal ;;
        *-run)
            if [ "$who" = sudo ]; then allow_sudo; fi
            start_and_stop first
            start_and_stop second
            ;;
        *-test) try_tests ;;
    esac
    printf '%s %s s\n' "$1" $(($(now) - visited)) >>"$cache/times"
}

if [ "${1-}" = --inside ]; then
    root=$2
    shift 2
    mount_all
    who=root place=/
    say "installing what the README asks for first: make"
    (inside sh -c 'apt-get -q update && DEBIAN_FRONTEND=noninteractive \
        apt-get -q -y install --no-install-recommends make') >"$cache/make.log" 2>&1 ||
        refuse "make could not be installed; read $cache/make.log"
    for name in "$@"; do visit "$name"; done
    exit 0
fi

# ---- outside -------------------------------------------------------------------------------

[ "$(id -u)" -eq 0 ] || refuse "only root may make a chroot; type: sudo make fresh"
for tool in unshare chroot setsid python3 tar git; do
    command -v "$tool" >/dev/null || refuse "$tool is missing; type: apt-get install util-linux coreutils python3 tar git"
done
for name in "$@"; do
    case $name in
        plain-refused | root-run | root-test | plain-run | plain-test | sudo-run) ;;
        *) refuse "no such visit: $name (plain-refused, root-run, root-test, plain-run, plain-test, sudo-run)" ;;
    esac
done
if [ $# -eq 0 ]; then set -- plain-refused root-run root-test plain-run plain-test; fi
if [ -n "${GRIDGIS_REAL_DATA-}" ]; then
    GRIDGIS_REAL_DATA=$(CDPATH='' cd -- "$GRIDGIS_REAL_DATA" && pwd -P)
    export GRIDGIS_REAL_DATA
fi
mkdir -p "$cache"
root=$(mktemp -d "$cache/root.XXXXXX")
chmod 755 "$root"

tidy() {
    # Its namespaces are gone by now; a mount that is still there was made by somebody else.
    if grep -qF " $root/" /proc/self/mountinfo; then
        say "something is mounted below $root, which is left as it is"
    else
        rm -rf --one-file-system "$root"
    fi
}
trap tidy EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

base=$cache/debian-$suite.tar
began=$(now)
if [ -e "$base" ]; then tar -C "$root" -xf "$base"; else bare_debian "$base"; fi
chroot "$root" useradd --create-home --shell /bin/sh "$person"
pass_through
git() { command git -c safe.directory="$checkout" -C "$checkout" "$@"; } # whosever it is
for place in srv/gridgis "home/$person/my gridgis"; do
    mkdir -p "$root/$place"
    git archive HEAD | tar -C "$root/$place" -xf -
done
chroot "$root" chown -R "$person:$person" "/home/$person"
say "a bare Debian ($suite) with $(git log -1 --format='%h %s') is in $root"
if [ -n "$(git status --porcelain)" ]; then say "what is not committed is not in it"; fi
: >"$cache/times"
result=PASSED
unshare --mount --pid --fork --kill-child --mount-proc sh "$script" --inside "$root" "$@" ||
    result=FAILED
times=$(paste -s -d , "$cache/times" | sed 's/,/, /g')
say "$result after $(($(now) - began)) s ($suite; passed: ${times:-none})"
[ $result = PASSED ]
