"""`python -m benchmarks`: run every benchmark, one after another."""

from benchmarks import incident_log_nights, sandbox_speed

if __name__ == "__main__":
    incident_log_nights.main()
    sandbox_speed.main()
