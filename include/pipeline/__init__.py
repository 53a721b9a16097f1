"""The steps of a night, each a plain function of a portal; DAGs and the command line call them."""
