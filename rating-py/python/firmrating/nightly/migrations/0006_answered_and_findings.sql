-- Days of answers and rules without data stand in `ratings`, and `rules` has only what was found: fourteen rows a firm less.
ALTER TABLE {schema}.ratings
    ADD COLUMN rules_no_data     text,
    ADD COLUMN answered_registry date,
    ADD COLUMN answered_listing  date,
    ADD COLUMN answered_tax      date,
    ADD COLUMN answered_patent   date,
    ADD COLUMN answered_research date,
    ADD COLUMN answered_credit   date,
    ADD COLUMN answered_finance  date;

UPDATE {schema}.ratings AS rated
SET answered_registry = told.registry,
    answered_listing  = told.listing,
    answered_tax      = told.tax,
    answered_patent   = told.patent,
    answered_research = told.research,
    answered_credit   = told.credit,
    answered_finance  = told.finance
FROM (
    SELECT run,
           firm_id,
           max(answered_on) FILTER (WHERE department = 'registry') AS registry,
           max(answered_on) FILTER (WHERE department = 'listing')  AS listing,
           max(answered_on) FILTER (WHERE department = 'tax')      AS tax,
           max(answered_on) FILTER (WHERE department = 'patent')   AS patent,
           max(answered_on) FILTER (WHERE department = 'research') AS research,
           max(answered_on) FILTER (WHERE department = 'credit')   AS credit,
           max(answered_on) FILTER (WHERE department = 'finance')  AS finance
    FROM {schema}.coverage
    GROUP BY run, firm_id
) AS told
WHERE told.run = rated.run AND told.firm_id = rated.firm_id;

-- In the order in which they were loaded, that of the model.
UPDATE {schema}.ratings AS rated
SET rules_no_data = told.rules
FROM (
    SELECT run, firm_id, string_agg(rule, ' ' ORDER BY ctid) AS rules
    FROM {schema}.rules
    WHERE finding = 'no_data'
    GROUP BY run, firm_id
) AS told
WHERE told.run = rated.run AND told.firm_id = rated.firm_id;

DELETE FROM {schema}.rules WHERE finding IN ('not_fired', 'no_data', 'not_in_force');

DROP TABLE {schema}.coverage;

-- What was a table: a row a firm and department.
CREATE VIEW {schema}.coverage AS
SELECT rated.run, rated.firm_id, told.department, told.answered_on, CAST(rated.as_of - told.answered_on AS bigint) AS age_days
FROM {schema}.ratings AS rated
CROSS JOIN LATERAL (
    VALUES ('registry', rated.answered_registry),
           ('listing', rated.answered_listing),
           ('tax', rated.answered_tax),
           ('patent', rated.answered_patent),
           ('research', rated.answered_research),
           ('credit', rated.answered_credit),
           ('finance', rated.answered_finance)
) AS told (department, answered_on);

CREATE OR REPLACE VIEW {schema}.latest_ratings AS
SELECT * FROM {schema}.ratings
WHERE run = (SELECT run FROM {schema}.runs ORDER BY as_of DESC, sequence DESC LIMIT 1);
