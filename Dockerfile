# One image for every service of docker-compose.yaml: Airflow, the project, the sandbox.
FROM python:3.11-slim-bookworm

ENV PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    PYTHONPATH=/opt/project \
    AIRFLOW_HOME=/opt/airflow \
    DATA_DIR=/data

# Volumes take their owner from the image, so the folders that they cover exist here, owned.
RUN useradd --uid 50000 --create-home airflow \
    && install --directory --owner airflow /data /sandbox /opt/project /opt/airflow \
        /opt/airflow/logs /opt/airflow/auth

WORKDIR /opt/project

# Before the code: a changed line of ours does not install 180 packages again.
COPY requirements.txt ./
RUN pip install --no-cache-dir --disable-pip-version-check --no-deps --require-hashes \
        --only-binary :all: -r requirements.txt \
    && pip check

COPY dags/ dags/
COPY dbt_project/ dbt_project/
COPY include/ include/
COPY plugins/ plugins/

USER airflow
CMD ["airflow", "version"]
