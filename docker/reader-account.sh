#!/bin/bash
# Runs once, when MariaDB's volume is made: the bridge's account, which may read two tables and nothing else.
# They do not exist yet, and only a privilege to create a table can be granted before it does.
docker_process_sql --database=mysql <<SQL
CREATE USER 'ksef_reader'@'%' IDENTIFIED BY '$(cat /run/secrets/ksef_reader_password)';
GRANT SELECT, CREATE ON espocrm.ksef_profile TO 'ksef_reader'@'%';
GRANT SELECT, CREATE ON espocrm.ksef_certificate TO 'ksef_reader'@'%';
REVOKE CREATE ON espocrm.ksef_profile FROM 'ksef_reader'@'%';
REVOKE CREATE ON espocrm.ksef_certificate FROM 'ksef_reader'@'%';
SQL
