"""The whole stack on one machine: what `make demo` and `make down` start and stop."""
