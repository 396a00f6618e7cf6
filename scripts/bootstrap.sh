#!/bin/sh
# From a bare machine to a running gridgis, or to its tests: `sh scripts/bootstrap.sh VERB`.
# Every step looks first and does only what is missing, so that a second start takes seconds.
# shellcheck disable=SC2086  # $as_root and $pip_manner are lists of words
set -eu
umask 022 # what root makes here, the user whom its server becomes must be able to read

usage() {
    cat <<'TEXT'
usage: sh scripts/bootstrap.sh VERB [ARGUMENT...]

  run     install what is missing, then `gridgis run`
  setup   install what is missing to run, and stop there
  test    install what is missing to test, `check`, then pytest [ARGUMENT...]
  check   lint, formats, types, import rules; the front end's too, with its unit tests
  format  put Python and the front end in the house's format
  types   write docs/openapi.json and the front end's types from it
  lock    resolve the dependencies anew, into requirements/ and web/map/package-lock.json
  env     install what is missing to test, and stop there
TEXT
}

case "${1-}" in
    run | setup | test | check | format | types | lock | env) verb=$1 ;;
    -h | --help | help) usage; exit 0 ;;
    *) usage >&2; exit 2 ;;
esac
shift

here=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
cd -- "$here"
PATH="$PATH:/usr/sbin:/sbin"
scratch=$(mktemp -d)
drop_in=/etc/postgresql-common/createcluster.d/gridgis.conf
made_drop_in=
as_root=

say() { printf '%s\n' "gridgis: $*"; }
refuse() { printf '%s\n' "gridgis: $*" >&2; exit 1; }
have() { command -v "$1" >/dev/null 2>&1; }

tidy() {
    if [ -n "$made_drop_in" ]; then $as_root rm -f "$drop_in"; fi
    rm -rf "$scratch"
}
trap tidy EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

# At a terminal a command shows its own progress; elsewhere it is heard only if it fails.
quietly() {
    if [ -t 1 ]; then "$@"; return; fi
    if "$@" >"$scratch/log" 2>&1; then return 0; fi
    tail -n 25 "$scratch/log" >&2
    return 1
}

digest() { sha256sum | cut -d ' ' -f 1; }
stamped() { [ -f "$1" ] && [ "$(cat "$1")" = "$2" ]; }

# ---- the system's packages ---------------------------------------------------------------

ID=unknown VERSION_ID=
# shellcheck source=/dev/null
if [ -r /etc/os-release ]; then . /etc/os-release; fi
case "$ID $VERSION_ID" in
    'debian 12') postgres=15 ;;
    'debian 13') postgres=17 ;;
    'ubuntu 24.04') postgres=16 ;;
    *) postgres= ;;
esac

has_postgis() {
    for control in /usr/share/postgresql/*/extension/postgis.control; do
        version=${control#/usr/share/postgresql/}
        version=${version%%/*}
        if [ -e "$control" ] && [ -x "/usr/lib/postgresql/$version/bin/initdb" ]; then return 0; fi
    done
    have pg_config && [ -e "$(pg_config --sharedir)/extension/postgis.control" ]
}

serves_as_python() {
    "$1" -c 'import ctypes, ensurepip, sqlite3, ssl, sys, venv
sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

# The system's own first: one below root's home is out of reach of the user root's server becomes.
find_python() {
    for python in "${GRIDGIS_PYTHON-}" /usr/bin/python3 python3 python3.13 python3.12 python3.11; do
        if [ -n "$python" ] && have "$python" && serves_as_python "$python"; then return 0; fi
    done
    python=
    return 1
}

has_library() { ldconfig -p 2>/dev/null | grep -qF "$1"; }
has_chromium() { have chromium || have chromium-browser || have google-chrome; }
has_cjk() { [ -n "$(find /usr/share/fonts /usr/local/share/fonts -iname '*CJK*' 2>/dev/null)" ]; }

# Prints the packages that are missing: those without which nothing goes on, then (after a
# slash) those that are only wanted.
missing() {
    if ! has_postgis; then
        if [ -z "$postgres" ] && have apt-cache; then
            postgres=$(apt-cache search --names-only '^postgresql-[0-9]+-postgis-3$' |
                sed 's/^postgresql-\([0-9]*\)-.*/\1/' | sort -n | tail -n 1)
        fi
        printf '%s ' "postgresql-${postgres:-15}-postgis-3"
    fi
    if ! find_python; then printf '%s ' python3 python3-venv; fi
    printf '/ '
    if ! has_library libgomp.so.1; then printf '%s ' libgomp1; fi
    if [ "$1" = dev ]; then
        if ! has_library libatomic.so.1; then printf '%s ' libatomic1; fi # Playwright's own Node
        if ! has_chromium && [ "$ID" != ubuntu ]; then printf '%s ' chromium; fi
        if ! has_cjk; then printf '%s ' fonts-noto-cjk; fi
    fi
}

apt() {
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300 \
        -o Dpkg::Use-Pty=0 "$@"
}

install_packages() {
    # $1 what for, run or dev
    lacking=$(missing "$1")
    needed=${lacking%%/*}
    wanted=${lacking#*/}
    needed=${needed% }
    packages=$(printf '%s' "$needed $wanted" | xargs)
    if [ "$1" = dev ] && [ "$ID" = ubuntu ] && ! has_chromium; then
        say "Ubuntu has Chromium as a snap only, so the browser tests need: snap install chromium"
    fi
    if [ -z "$packages" ]; then
        say "system packages: all there"
        return 0
    fi
    by_hand="apt-get install --no-install-recommends $packages"
    if ! have apt-get; then
        [ -z "$needed" ] && { say "missing, and going on without: $packages"; return 0; }
        refuse "this system (${PRETTY_NAME-$ID}) has no apt-get; install what its own packages call: $packages"
    fi
    if [ "$(id -u)" -ne 0 ]; then
        if have sudo && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then
            as_root=sudo
        elif [ -z "$needed" ]; then
            say "missing, and going on without: $packages (as root: $by_hand)"
            return 0
        else
            refuse "missing, and only root may install it; type: su -c '$by_hand'"
        fi
    fi
    if [ -z "$postgres" ]; then
        say "untried on ${PRETTY_NAME-$ID}; it is known to work on Debian 12, 13 and Ubuntu 24.04"
    fi
    say "system packages: installing $packages"
    # PostgreSQL's package would make, and start, a cluster of the system's own.
    if [ ! -e "$drop_in" ] && ! have pg_lsclusters; then
        $as_root mkdir -p "${drop_in%/*}"
        made_drop_in=yes
        echo 'create_main_cluster = false' | $as_root tee "$drop_in" >/dev/null
    fi
    quietly apt update || say "apt-get update failed; going on with the lists that are here"
    quietly apt install --no-install-recommends $packages ||
        refuse "apt-get could not install them (see above); mend that, then type: make $verb"
}

# ---- Python -------------------------------------------------------------------------------

pip_manner='--disable-pip-version-check --no-input'
if [ ! -t 1 ]; then pip_manner="$pip_manner -q"; fi

# A virtual environment is tied to its place and its Python; after a move it is made anew.
make_venv() {
    # $1 its folder
    if [ -x "$1/bin/python" ] && serves_as_python "$1/bin/python" &&
        [ "$("$1/bin/python" -c 'import sys; print(sys.prefix)')" = "$here/$1" ] &&
        head -n 3 "$1/bin/pip" | grep -qF "$here/$1/bin/"; then
        return 0
    fi
    find_python || refuse "no Python of 3.11 or later with venv; type: apt-get install python3-venv"
    rm -rf "${here:?}/$1"
    quietly "$python" -m venv "$1"
}

python_stamp() {
    # $1 run or dev
    {
        printf '%s\n' "$here"
        .venv/bin/python -VV
        cat pyproject.toml "requirements/$1.txt"
    } | digest
}

install_python() {
    # $1 run or dev; the one for tests holds all that the other does, and is not cut down to it
    make_venv .venv
    for had in dev "$1"; do
        if stamped ".venv/gridgis-$had" "$(python_stamp "$had")"; then
            say "Python packages: all there"
            return 0
        fi
    done
    say "Python packages: installing those of requirements/$1.txt (a minute or two the first time)"
    rm -f .venv/gridgis-*
    quietly .venv/bin/python -m pip install $pip_manner --require-hashes --no-deps \
        -r "requirements/$1.txt" || refuse "pip could not install them (see above)"
    quietly .venv/bin/python -m pip install $pip_manner --no-build-isolation --no-deps -e . ||
        refuse "gridgis itself could not be installed (see above)"
    python_stamp "$1" >".venv/gridgis-$1"
}

# ---- the front end ------------------------------------------------------------------------

serves_as_node() {
    "$1" -e 'const [major, minor] = process.versions.node.split(".").map(Number);
process.exit(major > 22 || (major === 22 && minor >= 12) || (major === 20 && minor >= 19) ? 0 : 1)' \
        >/dev/null 2>&1
}

find_node() {
    if have node && have npm && serves_as_node node; then return 0; fi
    make_venv .venv-node
    node_lock=$(digest <requirements/node.txt)
    if ! stamped .venv-node/gridgis-node "$node_lock"; then
        say "Node: none of 20.19 or later here; installing one as a Python package"
        quietly .venv-node/bin/python -m pip install $pip_manner --require-hashes --no-deps \
            -r requirements/node.txt || refuse "pip could not install Node (see above)"
        printf '%s\n' "$node_lock" >.venv-node/gridgis-node
    fi
    PATH="$here/.venv-node/bin:$PATH"
    export PATH
}

web_stamp() {
    (cd web/map && find . \( -name node_modules -o -name dist \) -prune -o -type f \
        -exec sha256sum {} + | LC_ALL=C sort | digest)
}

install_web() {
    # $1 run or dev; the first needs no Node where the built front end is up to date
    [ -f web/map/package.json ] || refuse "this checkout has no front end (web/map); clone it anew"
    sources=$(web_stamp)
    built=web/map/dist/.gridgis-built
    if [ "$1" = run ] && stamped "$built" "$sources"; then
        say "front end: built already"
        return 0
    fi
    find_node
    lock=$({ cat web/map/package-lock.json; node --version; } | digest)
    if ! stamped web/map/node_modules/.gridgis "$lock"; then
        say "front end: installing its packages"
        (cd web/map && quietly npm ci --no-audit --no-fund) ||
            refuse "npm could not install them (see above)"
        printf '%s\n' "$lock" >web/map/node_modules/.gridgis
    fi
    if ! stamped "$built" "$sources"; then
        say "front end: building"
        (cd web/map && quietly npm run --silent build) || refuse "the front end does not build (see above)"
        printf '%s\n' "$sources" >"$built"
    fi
}

# ---- verbs --------------------------------------------------------------------------------

set_up() {
    # $1 run or dev
    install_packages "$1"
    install_python "$1"
    install_web "$1"
}

npm_run() { (cd web/map && npm run --silent "$@"); }

check() {
    say "check: ruff"
    .venv/bin/ruff check .
    .venv/bin/ruff format --check .
    say "check: mypy"
    # For this Python, whose packages may be of other versions than those of the oldest one.
    .venv/bin/mypy --python-version "$(.venv/bin/python -c \
        'import sys; print("{}.{}".format(*sys.version_info))')"
    say "check: import rules"
    .venv/bin/lint-imports
    say "check: the API's document; the front end's types, lint and unit tests"
    openapi >"$scratch/openapi.json"
    cmp -s docs/openapi.json "$scratch/openapi.json" ||
        refuse "docs/openapi.json is not what the API says; type: make types"
    npm_run types -- --check
    npm_run lint
    npm_run typecheck
    npm_run test
}

resolve() {
    # $@ options of uv, such as --upgrade
    make_venv .venv-lock
    quietly .venv-lock/bin/python -m pip install $pip_manner uv
    set -- .venv-lock/bin/uv pip compile --quiet --universal --python-version 3.11 \
        --generate-hashes --no-header "$@"
    "$@" pyproject.toml requirements/build.in -o requirements/run.txt
    "$@" --extra dev -c requirements/run.txt pyproject.toml requirements/build.in \
        -o requirements/dev.txt
    "$@" requirements/node.in -o requirements/node.txt
    (cd web/map && npm install --package-lock-only --ignore-scripts --no-audit --no-fund)
}

openapi() {
    .venv/bin/python -c 'import json
from api.app import create_app
from layers.database import connect
document = create_app(connect("postgresql+psycopg2://", role=None)).openapi()
text = json.dumps(document, ensure_ascii=False, indent=1)
print(text.replace("Unprocessable Content", "Unprocessable Entity"))  # 422 in Python 3.13
'
}

case $verb in
    run)
        set_up run
        tidy
        exec .venv/bin/gridgis run "$@"
        ;;
    setup) set_up run ;;
    env) set_up dev ;;
    check)
        set_up dev
        check
        ;;
    format)
        set_up dev
        .venv/bin/ruff check --fix .
        .venv/bin/ruff format .
        npm_run lint -- --fix
        ;;
    types)
        set_up dev
        openapi >"$scratch/openapi.json"
        cp "$scratch/openapi.json" docs/openapi.json
        npm_run types
        ;;
    lock)
        set_up dev
        resolve "$@"
        ;;
    test)
        set_up dev
        check
        workers=$(nproc)
        say "tests: pytest with $workers workers"
        .venv/bin/python -m pytest -n "$((workers > 8 ? 8 : workers))" --dist loadfile "$@"
        ;;
esac
