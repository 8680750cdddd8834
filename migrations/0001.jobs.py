"""The queue of reactions and timed work: procrastinate's own tables, in the schema `jobs`."""

from procrastinate.schema import SchemaManager
from yoyo import step


def create(connection):
    cursor = connection.cursor()
    cursor.execute("CREATE SCHEMA jobs AUTHORIZATION tianping_migrator")
    cursor.execute("SET LOCAL search_path TO jobs")
    cursor.execute(SchemaManager.get_schema())
    cursor.execute("GRANT USAGE ON SCHEMA jobs TO tianping_teller, tianping_jobs")
    cursor.execute("GRANT ALL ON ALL TABLES IN SCHEMA jobs TO tianping_jobs")
    cursor.execute("GRANT ALL ON ALL SEQUENCES IN SCHEMA jobs TO tianping_jobs, tianping_teller")
    # Telling puts a job into the queue and its triggers note that; it never reads or changes other jobs.
    cursor.execute("GRANT SELECT, INSERT ON procrastinate_jobs, procrastinate_events TO tianping_teller")
    cursor.execute("SET LOCAL search_path TO DEFAULT")


steps = [step(create)]
