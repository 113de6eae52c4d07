# Sourced by the scripts beside it: prepares everything a fresh Debian or Ubuntu machine lacks.
# shellcheck shell=bash

cd "$(dirname "${BASH_SOURCE[0]}")/.."

# Packages come without compiled modules; each process would compile anew what it imports.
unset PYTHONDONTWRITEBYTECODE

say() { printf '%s\n' "$*" >&2; }

# debian_packages PACKAGE…: installs the missing ones as root or by sudo, else names them and stops.
debian_packages() {
    local package missing=()
    for package in "$@"; do
        dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null |
            grep --quiet '^installed' || missing+=("$package")
    done
    [ ${#missing[@]} -eq 0 ] && return
    local run=()
    if [ "$(id --user)" -ne 0 ]; then
        if ! sudo --non-interactive true 2>/dev/null; then
            say "Please install these Debian packages and run this again: ${missing[*]}"
            exit 1
        fi
        run=(sudo)
    fi
    say "Installing Debian packages: ${missing[*]}"
    "${run[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -qq >&2
    "${run[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get install -qq --yes --no-install-recommends "${missing[@]}" >&2
}

# unpacked_packages FOLDER PACKAGE…: Debian packages and what they need and the machine lacks, only unpacked, anew when
# others are wanted. For programs that come with a service: none is there that could start, now or at the next boot.
unpacked_packages() {
    local folder=$1
    shift
    [ -f "$folder/unpacked" ] && [ "$(cat "$folder/unpacked")" = "$*" ] && return
    say "Unpacking $* …"
    rm -rf "$folder"
    mkdir -p "$folder/packages"
    apt-get install --simulate --no-install-recommends "$@" | sed -n 's/^Inst \([^ ]*\).*/\1/p' >"$folder/wanted"
    (cd "$folder/packages" && xargs --no-run-if-empty apt-get download -qq \
        -o APT::Sandbox::User="$(id --user --name)" <../wanted) >&2
    find "$folder/packages" -name '*.deb' -exec dpkg-deb --extract '{}' "$folder" ';'
    rm -r "$folder/packages" "$folder/wanted"
    printf '%s\n' "$*" >"$folder/unpacked"
}

# python_from VERSION: prints an interpreter of that version or later, or fails.
python_from() {
    local candidate
    for candidate in python3 python3.{14,13,12,11} "$HOME"/.pyenv/versions/3.1[1-9]*/bin/python3; do
        if "$candidate" -c "import sys; sys.exit(sys.version_info < (${1/./, }))" 2>/dev/null; then
            command -v "$candidate"
            return
        fi
    done
    return 1
}

# suitable_python: the same for the version that the project needs, or says that there is none.
suitable_python() {
    python_from 3.11 && return
    say "Python 3.11 or later is needed; install it (package python3) and run this again."
    exit 1
}

# virtual_environment [EXTRA]: makes .venv and installs the project, anew when its description changed.
virtual_environment() {
    local extra=${1:-} python stamp wanted
    stamp=.venv/installed${extra:+-$extra}
    wanted=$(sha256sum pyproject.toml manifest.json)
    [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ] && return
    python=$(suitable_python)
    "$python" -c 'import ensurepip, venv' 2>/dev/null || debian_packages python3-venv
    say "Preparing .venv; this takes half a minute the first time …"
    [ -x .venv/bin/python ] || "$python" -m venv .venv
    python_packages .venv/bin/python --editable ".${extra:+[$extra]}"
    printf '%s\n' "$wanted" >"$stamp"
}

# python_packages PYTHON REQUIREMENT…: installs packages for an interpreter by uv, which takes a tenth of pip's time;
# by pip where that alone was told which index to ask.
python_packages() {
    local python=$1 pip=(-m pip install --quiet --disable-pip-version-check --no-compile)
    shift
    [ -x .venv/bin/uv ] || .venv/bin/python "${pip[@]}" 'uv>=0.7,<1' >&2
    .venv/bin/uv pip install --quiet --python "$python" "$@" >&2 || "$python" "${pip[@]}" "$@" >&2
}

# node_packages FOLDER PACKAGE@RANGE…: npm packages in a folder of their own, without a lock file, anew
# when a range changed.
node_packages() {
    local folder=$1 stamp=$1/installed
    shift
    [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$*" ] && return
    command -v npm >/dev/null || debian_packages npm
    say "Installing ${*%%@>*} …"
    npm install --silent --no-package-lock --no-audit --no-fund --prefix "$folder" "$@" >&2
    printf '%s\n' "$*" >"$stamp"
}
