-- Published runs. A row of any other table belongs to a run; all rows of a run appear in one transaction.
CREATE TABLE {schema}.runs (
    run          text PRIMARY KEY,
    sequence     bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    as_of        date NOT NULL,
    content_hash text NOT NULL,
    firms        bigint NOT NULL,
    manifest     jsonb NOT NULL,
    loaded_at    timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE {schema}.ratings (
    run              text NOT NULL REFERENCES {schema}.runs ON DELETE CASCADE,
    firm_id          text NOT NULL,
    as_of            date NOT NULL,
    standing         text NOT NULL,
    grade            text NOT NULL,
    score            bigint NOT NULL,
    pd               double precision NOT NULL CHECK (pd >= 0 AND pd <= 1),
    credit_grade     text NOT NULL,
    technology_score double precision,
    technology_grade text,
    stage            text,
    matrix_grade     text,
    outcome          text,
    cap              text,
    measured         bigint,
    model            text NOT NULL,
    model_version    text NOT NULL,
    model_hash       text NOT NULL,
    PRIMARY KEY (run, firm_id)
);

CREATE TABLE {schema}.contributions (
    run               text NOT NULL REFERENCES {schema}.runs ON DELETE CASCADE,
    firm_id           text NOT NULL,
    pillar            text NOT NULL,
    measure           text NOT NULL,
    value             double precision,
    missing           text,
    attribute         text,
    points            bigint NOT NULL,
    best_points       bigint NOT NULL,
    lost              bigint NOT NULL,
    lost_to_reference double precision,
    weight            bigint NOT NULL
);
CREATE INDEX ON {schema}.contributions (run, firm_id);

CREATE TABLE {schema}.rules (
    run          text NOT NULL REFERENCES {schema}.runs ON DELETE CASCADE,
    firm_id      text NOT NULL,
    rule         text NOT NULL,
    finding      text NOT NULL,
    since        date,
    until        date,
    objection_on date,
    document     text
);
CREATE INDEX ON {schema}.rules (run, firm_id);

CREATE TABLE {schema}.coverage (
    run         text NOT NULL REFERENCES {schema}.runs ON DELETE CASCADE,
    firm_id     text NOT NULL,
    department  text NOT NULL,
    answered_on date,
    age_days    bigint
);
CREATE INDEX ON {schema}.coverage (run, firm_id);

CREATE TABLE {schema}.changes (
    run         text NOT NULL REFERENCES {schema}.runs ON DELETE CASCADE,
    firm_id     text NOT NULL,
    change      text NOT NULL,
    was_grade   text,
    grade       text,
    notches     bigint,
    reason_kind text,
    reason      text,
    points      double precision
);
CREATE INDEX ON {schema}.changes (run, firm_id);

CREATE TABLE {schema}.watch (
    run     text NOT NULL REFERENCES {schema}.runs ON DELETE CASCADE,
    firm_id text NOT NULL,
    trigger text NOT NULL,
    was     text,
    "is"    text
);
CREATE INDEX ON {schema}.watch (run, firm_id);

CREATE VIEW {schema}.latest_ratings AS
SELECT * FROM {schema}.ratings
WHERE run = (SELECT run FROM {schema}.runs ORDER BY sequence DESC LIMIT 1);
