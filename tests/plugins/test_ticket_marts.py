"""What Airflow's plugin loader makes of the plugins folder."""


def test_only_the_registration_file_is_a_plugin(airflow):
    assert airflow.registered["plugins"] == ["ticket_marts"]
    assert airflow.registered["errors"] == {}


def test_loading_the_plugin_does_not_import_the_page(airflow):
    assert airflow.registered["imported"] is False


def test_the_page_stands_in_the_navigation_with_a_relative_link(airflow):
    (view,) = airflow.registered["views"]
    assert view["destination"] == "nav"
    assert view["href"] == "ticket-marts/"
