-- The latest run is that of the latest day, and of runs of one day the one that was loaded last: as the link `latest` has it.
CREATE OR REPLACE VIEW {schema}.latest_ratings AS
SELECT * FROM {schema}.ratings
WHERE run = (SELECT run FROM {schema}.runs ORDER BY as_of DESC, sequence DESC LIMIT 1);
CREATE OR REPLACE VIEW {schema}.latest_applications AS
SELECT * FROM {schema}.applications
WHERE run = (SELECT run FROM {schema}.runs ORDER BY as_of DESC, sequence DESC LIMIT 1);
