#!/bin/sh
# Written by ksef-bridge init {{ version }}: runs ksef-bridge as its service does, with its settings.
set -eu
case "${1:-}" in
    init) exec {{ program }} "$@" ;;
esac
as_service() {
    runuser -u {{ user }} -- /bin/sh -c \
        'set -a; . {{ settings_file }}; {% for setting, name in key_files.items() %}{{ setting }}={{ settings_folder }}/{{ name }}; {% endfor %}exec {{ program }} "$@"' \
        ksef-bridge "$@"
}
# The service has the keys from systemd, as they were when it started.
restarted() {
    [ ! -d {{ systemd }} ] || systemctl try-restart {{ user }}
}
case "${1:-} ${2:-}" in
    "keys rotate")
        # Else it would find sessions sealed under a key that it does not have yet.
        as_service keys new-master && restarted && as_service keys renew ;;
    "keys "*) as_service "$@" && restarted ;;
    *) as_service "$@" ;;
esac
