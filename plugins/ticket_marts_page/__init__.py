"""The page that shows published marts inside Airflow."""
