CREATE TABLE ksef_bridge_schema_version (
    version_num VARCHAR(32) NOT NULL PRIMARY KEY
);
INSERT INTO ksef_bridge_schema_version VALUES ('0003');
CREATE TABLE ksef_bridge_session (
    profile_id VARCHAR(64) NOT NULL PRIMARY KEY,
    state MEDIUMTEXT,
    lease_holder VARCHAR(64),
    lease_until BIGINT NOT NULL,
    phase VARCHAR(16),
    changed_at BIGINT DEFAULT '0' NOT NULL,
    version BIGINT DEFAULT '0' NOT NULL
);
CREATE INDEX ix_ksef_bridge_session_phase ON ksef_bridge_session (phase);
CREATE TABLE ksef_bridge_abandoned_session (
    reference_number VARCHAR(64) NOT NULL PRIMARY KEY,
    profile_id VARCHAR(64) NOT NULL,
    environment VARCHAR(16) NOT NULL,
    since BIGINT NOT NULL
);
CREATE INDEX ix_ksef_bridge_abandoned_session_profile_id ON ksef_bridge_abandoned_session (profile_id);
CREATE TABLE ksef_bridge_public_keys (
    environment VARCHAR(16) NOT NULL PRIMARY KEY,
    document MEDIUMTEXT NOT NULL
);
CREATE TABLE ksef_bridge_stopped_context (
    environment VARCHAR(16) NOT NULL,
    context_type VARCHAR(16) NOT NULL,
    context_value VARCHAR(64) NOT NULL,
    refusal MEDIUMTEXT NOT NULL,
    since BIGINT NOT NULL,
    PRIMARY KEY (environment, context_type, context_value)
);
CREATE TABLE ksef_bridge_enrolment (
    certificate_id VARCHAR(64) NOT NULL PRIMARY KEY,
    profile_id VARCHAR(64) NOT NULL,
    state MEDIUMTEXT NOT NULL,
    password_told BOOLEAN DEFAULT false NOT NULL,
    next_at BIGINT,
    created_at BIGINT NOT NULL,
    version BIGINT NOT NULL
);
CREATE INDEX ix_ksef_bridge_enrolment_next_at ON ksef_bridge_enrolment (next_at);
INSERT INTO ksef_bridge_session
    VALUES ('p1', '{"profile_id":"p1","generation":3,"session":null,"refusal":null}', NULL, 0, NULL, 1, 4);
INSERT INTO ksef_bridge_enrolment VALUES ('c1', 'p1', '{}', false, NULL, 1, 1);
