-- Rejected rows: which, and what is wrong with them. What a row held stays in the files of the run: departments may send anything.
CREATE TABLE {schema}.rejects (
    run     text NOT NULL REFERENCES {schema}.runs ON DELETE CASCADE,
    firm_id text,
    "table" text NOT NULL,
    "row"   bigint NOT NULL,
    field   text NOT NULL,
    rule    text NOT NULL,
    value   text,
    message text NOT NULL
);
CREATE INDEX ON {schema}.rejects (run, firm_id);
CREATE INDEX ON {schema}.rejects (run, "table", "row");

-- With a rulebook: published evaluations, and what follows from lists, levels and ratings; several words are separated by blanks.
CREATE TABLE {schema}.evaluations (
    run              text NOT NULL REFERENCES {schema}.runs ON DELETE CASCADE,
    firm_id          text NOT NULL,
    evaluation       text NOT NULL,
    verdict          text NOT NULL,
    by_policy        text,
    admitted         text,
    class            text,
    class_value      double precision,
    possible_classes text,
    points_low       double precision,
    points_high      double precision,
    points           double precision,
    missing          text,
    document         text NOT NULL,
    rulebook         text NOT NULL,
    rulebook_version text NOT NULL,
    rulebook_hash    text NOT NULL,
    PRIMARY KEY (run, firm_id, evaluation)
);

CREATE TABLE {schema}.rule_applications (
    run              text NOT NULL REFERENCES {schema}.runs ON DELETE CASCADE,
    firm_id          text NOT NULL,
    application      text NOT NULL,
    kind             text NOT NULL,
    decided          text,
    state            text NOT NULL,
    refused          text,
    because          text,
    "start"          date,
    "end"            date,
    earliest_end     date,
    objection_on     date,
    answer_due       date,
    missing          text,
    "list"           text,
    item             text,
    list_owner_en    text,
    list_owner_zh    text,
    owner_en         text,
    owner_zh         text,
    ends_en          text,
    ends_zh          text,
    document         text NOT NULL,
    rulebook         text NOT NULL,
    rulebook_version text NOT NULL,
    rulebook_hash    text NOT NULL
);
CREATE INDEX ON {schema}.rule_applications (run, firm_id);
