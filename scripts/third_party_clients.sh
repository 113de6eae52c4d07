# Sourced by scripts/test and scripts/bench: other people's KSeF clients, each with what it needs apart from ours.
# shellcheck shell=bash

CLIENTS=.clients

# third_party_clients: installs each client once, anew when its wanted version changed.
third_party_clients() {
    python_client ksef2-0-python "$(suitable_python)" 'ksef2-0-python>=1.1,<2'
    ksef2_client
    node_packages "$CLIENTS/ksef-client-ts" 'ksef-client-ts@>=0.10 <1'
}

# ksef2_client: where there is a Python that it runs on.
ksef2_client() {
    local modern
    if modern=$(python_from 3.12); then
        python_client ksef2 "$modern" 'ksef2>=1.1,<2'
    fi
}

# python_client NAME INTERPRETER REQUIREMENT: a virtual environment of the client's own.
python_client() {
    local folder=$CLIENTS/$1 stamp=$CLIENTS/$1/installed
    [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$3" ] && return
    say "Installing the client $1 …"
    "$2" -m venv --clear "$folder"
    python_packages "$folder/bin/python" "$3"
    printf '%s\n' "$3" >"$stamp"
}
