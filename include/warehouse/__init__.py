"""Landing files, the DuckDB warehouse they are loaded into, and the file that readers get."""

import os

# Read by Arrow when it is first asked for memory, so it stands before every import of it. Its own
# pool keeps what it once took, of each thread: a read of 100,000 tickets held 100 MB for nothing.
os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
