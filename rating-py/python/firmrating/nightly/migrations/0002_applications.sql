-- Applications for loans with what the lending policy answered; reasons and documents are separated by blanks.
CREATE TABLE {schema}.applications (
    run             text NOT NULL REFERENCES {schema}.runs ON DELETE CASCADE,
    application_id  text NOT NULL,
    firm_id         text NOT NULL,
    "on"            date NOT NULL,
    decision        text NOT NULL CHECK (decision IN ('approve', 'refer', 'decline')),
    route           text NOT NULL,
    asked           numeric(18, 2),
    amount          numeric(18, 2) NOT NULL,
    months          bigint NOT NULL,
    rate            double precision,
    net_rate        double precision,
    "limit"         text,
    rate_bound      text,
    funding         double precision,
    expected_loss   double precision,
    capital_charge  double precision,
    cost            double precision,
    tilt            double precision,
    capital         double precision,
    raroc           double precision,
    pd              double precision NOT NULL CHECK (pd >= 0 AND pd <= 1),
    lgd             double precision NOT NULL CHECK (lgd >= 0 AND lgd <= 1),
    collateral      numeric(18, 2),
    lendable        numeric(18, 2),
    subsidy         numeric(18, 2),
    own_share       double precision,
    guarantor       text,
    guaranteed      numeric(18, 2),
    guarantee_bound text,
    guarantee_fee   numeric(18, 2),
    insured         numeric(18, 2),
    premium         numeric(18, 2),
    shared          numeric(18, 2),
    fees            numeric(18, 2),
    documents       text NOT NULL,
    reasons         text NOT NULL,
    policy          text NOT NULL,
    policy_version  text NOT NULL,
    policy_hash     text NOT NULL,
    PRIMARY KEY (run, application_id)
);
CREATE INDEX ON {schema}.applications (run, firm_id);

CREATE VIEW {schema}.latest_applications AS
SELECT * FROM {schema}.applications
WHERE run = (SELECT run FROM {schema}.runs ORDER BY sequence DESC LIMIT 1);
