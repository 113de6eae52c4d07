{% set with_key_files -%}
env {% for setting, name in key_files.items() %}{{ setting }}={{ settings_folder }}/{{ name }} {% endfor %}{{ program }} "$@"
{%- endset -%}
{% set with_settings -%}
/bin/sh -c \
        'set -a; . {{ settings_file }}; exec {{ with_key_files }}' \
        ksef-bridge "$@"
{%- endset -%}
#!/bin/sh
# Written by ksef-bridge init {{ version }}: runs ksef-bridge as its service does, with its settings.
set -eu
case "${1:-}" in
    # Without the settings; the files they name are those of whoever types them.
    init | extension | simulator) exec {{ program }} "$@" ;;
esac
as_service() {
    # Its account may not enter every folder, and the server begins by entering the one it is in.
    cd /
    runuser -u {{ user }} -- {{ with_settings }}
}
with_key_files() {
    {{ with_key_files }}
}
# Run in the place of this shell, so that a signal reaches the server; with what the unit gives it: the folder of the
# socket, and the group of EspoCRM's web server.
serving() {
    [ -d {{ runtime_folder }} ] ||
        install --directory --owner={{ user }} --group={{ group }} --mode=0750 {{ runtime_folder }}
    cd /
    exec setpriv --reuid={{ user }} --regid={{ group }} --init-groups -- {{ with_settings }}
}
# The service has the keys from systemd, as they were when it started.
restarted() {
    [ ! -d {{ systemd }} ] || systemctl try-restart {{ user }}
}
case "${1:-} ${2:-}" in
    "serve "*) serving "$@" ;;
    "keys rotate")
        # Else it would find sessions sealed under a key that it does not have yet.
        as_service keys new-master && restarted && as_service keys renew ;;
    # The backup is in a folder of root's.
    "keys export") with_key_files "$@" ;;
    "keys import") with_key_files "$@" && restarted ;;
    "keys list") as_service "$@" ;;
    "keys "*) as_service "$@" && restarted ;;
    *) as_service "$@" ;;
esac
