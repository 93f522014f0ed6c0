-- The part of the rate for what guarantor and insurers cost the lender, where it pays them.
ALTER TABLE {schema}.applications ADD COLUMN fee_charge double precision;
CREATE OR REPLACE VIEW {schema}.latest_applications AS
SELECT * FROM {schema}.applications
WHERE run = (SELECT run FROM {schema}.runs ORDER BY as_of DESC, sequence DESC LIMIT 1);
