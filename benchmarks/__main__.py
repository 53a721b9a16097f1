"""`python -m benchmarks`: the benchmarks that need nothing but this machine and are soon over."""

from benchmarks import incident_log_nights, sandbox_speed

if __name__ == "__main__":
    incident_log_nights.main()
    sandbox_speed.main()
