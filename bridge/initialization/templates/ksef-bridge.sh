#!/bin/sh
# Written by ksef-bridge init {{ version }}: runs ksef-bridge as its service does, with its settings.
set -eu
case "${1:-}" in
    init) exec {{ program }} "$@" ;;
esac
runuser -u {{ user }} -- /bin/sh -c \
    'set -a; . {{ settings_file }}; {% for setting, name in key_files.items() %}{{ setting }}={{ settings_folder }}/{{ name }}; {% endfor %}exec {{ program }} "$@"' \
    ksef-bridge "$@"
# The service has the keys from systemd, as they were when it started.
if [ "${1:-}" = keys ] && [ -d /run/systemd/system ]; then
    systemctl try-restart ksef-bridge
fi
