#!/bin/sh
# MariaDB's image runs this once, when its volume is made: the bridge's account, which may read two tables and
# nothing else. It may be run again, for a volume that exists or a new password.
# The tables may not exist yet, and only a privilege to create a table can be granted before it does.
set -e
reader_password=$(cat /run/secrets/ksef_reader_password)
# A statement that fails would stand in the log, and the password in it.
MYSQL_PWD=$(cat /run/secrets/database_root_password) \
    mariadb --user=root --loose-skip-print-query-on-error mysql <<SQL
CREATE OR REPLACE USER 'ksef_reader'@'%' IDENTIFIED BY '$reader_password';
GRANT SELECT, CREATE ON espocrm.ksef_profile TO 'ksef_reader'@'%';
GRANT SELECT, CREATE ON espocrm.ksef_certificate TO 'ksef_reader'@'%';
REVOKE CREATE ON espocrm.ksef_profile FROM 'ksef_reader'@'%';
REVOKE CREATE ON espocrm.ksef_certificate FROM 'ksef_reader'@'%';
SQL
