#!/bin/sh
# The README's two commands where nothing is installed: a bare Debian in a chroot, first as root,
# then as a plain user without sudo. `make fresh`, as root; ARGS choose among the five visits:
# plain-refused root-run root-test plain-run plain-test.
#
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

mirror() {
    # The machine's own, where it is a Debian of the same suite; else debootstrap's default.
    apt-get indextargets --format '$(CODENAME) $(REPO_URI)' 'Origin: Debian' 2>/dev/null |
        sed -n "s/^$suite //p" | head -n 1
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
    # shellcheck source=/dev/null
    if [ "$(. /etc/os-release && printf %s "${VERSION_CODENAME-}")" = "$suite" ]; then
        rm -rf "$root/etc/apt/sources.list" "$root/etc/apt/sources.list.d"
        cp -a /etc/apt/. "$root/etc/apt/"
        cp -an /usr/share/keyrings/. "$root/usr/share/keyrings/"
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
    if [ "$who" = plain ]; then home=/home/$person user=$person; fi
    exec env --default-signal=INT,QUIT setsid chroot --userspec="$user:$user" "$root" \
        /usr/bin/env -i HOME="$home" USER="$user" TERM="${TERM:-dumb}" LANG=C.UTF-8 \
        PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
        GRIDGIS_PORT="$port" ${GRIDGIS_REAL_DATA:+GRIDGIS_REAL_DATA=/real-data} \
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

start_and_stop() {
    # $1 which start this is
    log=$cache/$who-run-$1.log
    began=$(now)
    (inside make run) >"$log" 2>&1 &
    maker=$!
    until fetch "http://127.0.0.1:$port/readyz" >/dev/null; do
        kill -0 "$maker" 2>/dev/null || { tail -n 30 "$log"; refuse "$who: make run ended; read $log"; }
        [ "$(now)" -lt $((began + 1800)) ] || refuse "$who: not ready in half an hour; read $log"
        sleep 0.2
    done
    say "$who: start $1 answers after $(($(now) - began)) s"
    fetch "http://127.0.0.1:$port/" | grep -q 'id="app"' || refuse "$who: / is not the application"
    sed 's/^/    /' "$log" | tail -n 20
    kill -INT -- "-$maker"
    wait "$maker" || : # the shell's own word for "ended by Ctrl-C"
    left=$(left_running)
    [ -z "$left" ] || refuse "$who: Ctrl-C left running: $left"
    say "$who: Ctrl-C left nothing running"
}

visit() {
    # $1 its name: who-what
    who=${1%-*}
    place=/srv/gridgis
    if [ "$who" = plain ]; then place="/home/$person/my gridgis"; fi
    case $1 in
        *-run)
            start_and_stop first
            start_and_stop second
            ;;
        *-refused)
            log=$cache/$who-refused.log
            if (inside make run) >"$log" 2>&1; then refuse "$who: make run did without PostGIS"; fi
            grep -q 'only root may install it; type: su -c .apt-get install' "$log" ||
                { cat "$log"; refuse "$who: no word on what to type"; }
            say "$who: $(head -n 1 "$log")"
            ;;
        *-test)
            began=$(now)
            log=$cache/$who-test.log
            say "$who: make test (to $log)"
            # No pipe to tee: its exit would hide the one of make.
            (inside make test) >"$log" 2>&1 || { tail -n 60 "$log"; refuse "$who: make test failed"; }
            tail -n 3 "$log"
            left=$(left_running)
            [ -z "$left" ] || refuse "$who: make test left running: $left"
            say "$who: make test passed in $(($(now) - began)) s"
            ;;
        *) refuse "no such visit: $1 (plain-refused, root-run, root-test, plain-run, plain-test)" ;;
    esac
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
for place in srv/gridgis "home/$person/my gridgis"; do
    mkdir -p "$root/$place"
    git -C "$checkout" archive HEAD | tar -C "$root/$place" -xf -
done
chroot "$root" chown -R "$person:$person" "/home/$person"
say "a bare Debian with $(git -C "$checkout" log -1 --format='%h %s') is in $root"
unshare --mount --pid --fork --kill-child --mount-proc sh "$script" --inside "$root" "$@"
say "all passed: $* ($(($(now) - began)) s)"
